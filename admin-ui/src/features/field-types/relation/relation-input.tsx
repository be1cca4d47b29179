import { useQuery } from '@tanstack/react-query'
import { X } from 'lucide-react'
import { recordSearch } from '@/api/records/queries'
import type { Collection, RelationField } from '@/api/wire'
import { IconButton } from '@/components/ui/button'
import { quote } from '@/lib/filter-text'
import { recordLabel } from '@/lib/record-label'
import type { FieldInputProps } from '../definition'
import { asList, holdsMany } from '../field-values'
import { RecordSearchBox } from './record-search-box'
import { useTargetCollection } from './target-collection'

/** Ids beyond these are shown as they are. */
const NAMED_AT_MOST = 20

function useLabels(target: Collection | undefined, ids: readonly string[]): (id: string) => string {
  const filter = ids
    .slice(0, NAMED_AT_MOST)
    .map((id) => `id = ${quote(id)}`)
    .join(' || ')
  const { data = [] } = useQuery({
    ...recordSearch(target?.id ?? '', filter),
    enabled: target !== undefined && filter !== '',
  })
  return (id) => {
    const record = data.find((candidate) => candidate.id === id)
    return record && target ? recordLabel(record, target.fields) : id
  }
}

/** Picks related records by searching for them. */
export function RelationInput({ field, value, onChange, link }: FieldInputProps<RelationField>) {
  const target = useTargetCollection(field)
  const chosen = asList(value)
  const labelOf = useLabels(target, chosen)
  const isMany = holdsMany(field)
  const isFull = isMany && chosen.length >= field.maxSelect

  const handleToggle = (id: string) => {
    if (!isMany) onChange(chosen.includes(id) ? '' : id)
    else onChange(chosen.includes(id) ? chosen.filter((other) => other !== id) : [...chosen, id])
  }

  return (
    <div className="picker">
      {chosen.length > 0 && (
        <ul className="picker-chosen" aria-label={`Chosen for ${field.name}`}>
          {chosen.map((id) => (
            <li key={id} className="picker-item">
              <span className="picker-item-name truncate">{labelOf(id)}</span>
              {labelOf(id) !== id && <span className="mono faint">{id}</span>}
              <IconButton
                size="small"
                icon={X}
                label={`Remove ${labelOf(id)}`}
                onClick={() => handleToggle(id)}
              />
            </li>
          ))}
        </ul>
      )}
      <RecordSearchBox target={target} chosen={chosen} isFull={isFull} link={link} onToggle={handleToggle} />
    </div>
  )
}
