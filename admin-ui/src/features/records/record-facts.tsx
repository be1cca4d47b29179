import { Copy } from 'lucide-react'
import type { Collection, RecordData } from '@/api/wire'
import { IconButton } from '@/components/ui/button'
import { showToast } from '@/components/ui/toasts'
import { typeOf } from '../field-types/table'

async function copy(text: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
    showToast(`Copied the ${what}`)
  } catch {
    showToast('The browser did not allow copying', 'danger')
  }
}

/** What the server wrote itself: the id and the automatic dates. */
export function RecordFacts({ collection, record }: { collection: Collection; record: RecordData }) {
  const written = collection.fields.filter((field) => typeOf(field).Input === undefined)
  return (
    <dl className="record-facts">
      <div>
        <dt>id</dt>
        <dd className="mono">
          {record.id}
          <IconButton
            size="small"
            icon={Copy}
            label="Copy the id"
            onClick={() => void copy(record.id, 'id')}
          />
        </dd>
      </div>
      {written.map((field) => {
        const { Cell } = typeOf(field)
        return (
          <div key={field.name}>
            <dt>{field.name}</dt>
            <dd>
              <Cell field={field} value={record[field.name]} record={record} />
            </dd>
          </div>
        )
      })}
    </dl>
  )
}
