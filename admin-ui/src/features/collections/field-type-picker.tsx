import { Plus } from 'lucide-react'
import type { FieldTypeName } from '@/api/wire'
import { Button } from '@/components/ui/button'
import { Popover } from '@/components/ui/popover'
import { fieldTypes } from '../field-types/table'

/** All field types, with one line on each. */
export function FieldTypePicker({ onPick }: { onPick: (type: FieldTypeName) => void }) {
  return (
    <Popover
      kind="menu"
      label="Field types"
      align="end"
      trigger={(properties) => (
        <Button size="small" icon={Plus} {...properties}>
          Add field
        </Button>
      )}
    >
      {(close) => (
        <div className="type-grid" role="presentation">
          {fieldTypes.map(({ name, label, description, icon: Icon }) => (
            <button
              key={name}
              type="button"
              role="menuitem"
              tabIndex={-1}
              className="menu-item"
              aria-label={label}
              onClick={() => {
                close()
                onPick(name)
              }}
            >
              <Icon size={16} strokeWidth={1.75} aria-hidden />
              <span>
                {label}
                <small>{description}</small>
              </span>
            </button>
          ))}
        </div>
      )}
    </Popover>
  )
}
