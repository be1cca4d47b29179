import type { FileField } from '@/api/wire'
import type { FieldCellProps } from '../definition'
import { EmptyCell } from '../empty-cell'
import { asList } from '../field-values'
import { FileThumb, useFileUrl } from './file-thumb'

export function FileCell({ field, value, record }: FieldCellProps<FileField>) {
  const urlOf = useFileUrl(field, record)
  const names = asList(value)
  if (names.length === 0) return <EmptyCell />
  return (
    <span className="cell-chips">
      {names.map((name) => (
        <a
          key={name}
          className="cell-mark"
          href={urlOf(name)}
          target="_blank"
          rel="noopener noreferrer"
          title={name}
        >
          <FileThumb name={name} url={urlOf(name, '100x100')} />
          <span className={names.length > 1 ? 'visually-hidden' : undefined}>{name}</span>
        </a>
      ))}
    </span>
  )
}
