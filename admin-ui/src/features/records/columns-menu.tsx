import { Columns3 } from 'lucide-react'
import type { Field } from '@/api/wire'
import { Checkbox } from '@/components/form/checkbox'
import { Button } from '@/components/ui/button'
import { Popover } from '@/components/ui/popover'

interface ColumnsMenuProps {
  fields: readonly Field[]
  hidden: ReadonlySet<string>
  onToggle: (name: string) => void
}

export function ColumnsMenu({ fields, hidden, onToggle }: ColumnsMenuProps) {
  return (
    <Popover
      kind="dialog"
      label="Columns"
      align="end"
      trigger={(properties) => (
        <Button variant="quiet" icon={Columns3} {...properties}>
          Columns
        </Button>
      )}
    >
      {() => (
        <ul className="columns-list">
          {fields
            .filter(({ name }) => name !== 'id')
            .map(({ name }) => (
              <li key={name}>
                <Checkbox isChecked={!hidden.has(name)} onChange={() => onToggle(name)}>
                  {name}
                </Checkbox>
              </li>
            ))}
        </ul>
      )}
    </Popover>
  )
}
