import { ArrowDown, ArrowUp } from 'lucide-react'
import type { Field } from '@/api/wire'
import { directionOf, nextSort } from '@/lib/sort-text'
import { typeOf } from '../field-types/table'

interface ColumnHeadProps {
  field: Field
  sort: string
  onSort: (sort: string) => void
}

export function ColumnHead({ field, sort, onSort }: ColumnHeadProps) {
  const { icon: Icon, isSortable, isNumeric, label } = typeOf(field)
  const direction = directionOf(sort, field.name)
  const Arrow = direction === 'descending' ? ArrowDown : ArrowUp
  const content = (
    <>
      <Icon size={13} strokeWidth={1.75} aria-hidden />
      <span className="truncate">{field.name}</span>
      {direction !== null && <Arrow size={13} strokeWidth={2} className="sort-arrow" aria-hidden />}
    </>
  )
  return (
    <th
      scope="col"
      className={field.name === 'id' ? 'cell-id' : undefined}
      aria-sort={direction ?? undefined}
      data-numeric={isNumeric === true}
    >
      {isSortable ? (
        <button
          type="button"
          className="column-head"
          title={`${field.name}: ${label}`}
          onClick={() => onSort(nextSort(sort, field.name))}
        >
          {content}
        </button>
      ) : (
        <span className="column-head">{content}</span>
      )}
    </th>
  )
}
