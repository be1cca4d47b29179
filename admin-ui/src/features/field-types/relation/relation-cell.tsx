import { Link } from '@tanstack/react-router'
import type { RecordData, RelationField } from '@/api/wire'
import { recordLabel } from '@/lib/record-label'
import type { FieldCellProps } from '../definition'
import { EmptyCell } from '../empty-cell'
import { asList } from '../field-values'
import { useTargetCollection } from './target-collection'

/** The related records, by name where the list brought them along. */
export function RelationCell({ field, value, record }: FieldCellProps<RelationField>) {
  const target = useTargetCollection(field)
  const ids = asList(value)
  if (ids.length === 0) return <EmptyCell />

  const expanded = [record.expand?.[field.name] ?? []].flat()
  const labelOf = (id: string) => {
    const related: RecordData | undefined = expanded.find((candidate) => candidate.id === id)
    return related && target ? recordLabel(related, target.fields) : id
  }
  return (
    <span className="cell-chips">
      {ids.map((id) =>
        target ? (
          <Link
            key={id}
            to="/data/$collection"
            params={{ collection: target.name }}
            search={{ rec: id }}
            className="cell-chip-link truncate"
            title={`${target.name} ${id}`}
          >
            {labelOf(id)}
          </Link>
        ) : (
          <span key={id}>{id}</span>
        ),
      )}
    </span>
  )
}
