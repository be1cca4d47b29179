import { Link } from '@tanstack/react-router'
import { memo } from 'react'
import type { Field, RecordData } from '@/api/wire'
import { Checkbox } from '@/components/form/checkbox'
import { typeOf } from '../field-types/table'

interface RecordRowProps {
  record: RecordData
  fields: readonly Field[]
  isSelected: boolean
  isOpen: boolean
  /** How often the row has changed just now; undefined when it has not. */
  flash: number | undefined
  onOpen: (id: string) => void
  onSelect: (id: string, withShift: boolean) => void
}

export const RecordRow = memo(function RecordRow(props: RecordRowProps) {
  const { record, fields, isSelected, isOpen, flash, onOpen, onSelect } = props
  return (
    // The whole row is a large target for the pointer; the link in it is the way for the keyboard.
    <tr
      data-selected={isSelected || isOpen}
      data-flash={flash === undefined ? undefined : flash % 2}
      onClick={(event) => {
        const isOther =
          event.target instanceof Element && event.target.closest('a, button, input, label') !== null
        if (!isOther && window.getSelection()?.isCollapsed !== false) onOpen(record.id)
      }}
    >
      <td className="cell-select">
        <Checkbox
          label={`Select ${record.id}`}
          isChecked={isSelected}
          onChange={(_isOn, { shiftKey }) => onSelect(record.id, shiftKey)}
        />
      </td>
      {fields.map((field) => {
        const { Cell, isNumeric } = typeOf(field)
        if (field.name === 'id') {
          return (
            <td key={field.name} className="cell-id">
              <Link
                from="/data/$collection"
                to="."
                search={(before) => ({ ...before, rec: record.id })}
                preload={false}
                className="record-link mono"
                data-record={record.id}
                aria-current={isOpen ? 'true' : undefined}
              >
                {record.id}
              </Link>
            </td>
          )
        }
        return (
          <td key={field.name} data-numeric={isNumeric === true}>
            <Cell field={field} value={record[field.name]} record={record} />
          </td>
        )
      })}
      <td />
    </tr>
  )
})
