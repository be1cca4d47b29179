import type { Field, RecordData } from '@/api/wire'
import { Checkbox } from '@/components/form/checkbox'
import { typeOf } from '../field-types/table'
import { ColumnHead } from './column-head'
import { RecordRow } from './record-row'

interface RecordsTableProps {
  caption: string
  fields: readonly Field[]
  records: readonly RecordData[]
  sort: string
  selected: ReadonlySet<string>
  flashes: ReadonlyMap<string, number>
  openId: string
  isStale: boolean
  onSort: (sort: string) => void
  onOpen: (id: string) => void
  onSelect: (id: string, withShift: boolean) => void
  onSelectAll: (isOn: boolean) => void
}

const ID_WIDTH = 168

export function RecordsTable(props: RecordsTableProps) {
  const { caption, fields, records, sort, selected, flashes, openId, isStale } = props
  const chosenHere = records.filter(({ id }) => selected.has(id)).length
  const isAll = records.length > 0 && chosenHere === records.length

  return (
    // A region that scrolls must be reachable by keyboard.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className="records-scroller" tabIndex={0} role="region" aria-label={caption} data-stale={isStale}>
      <table className="records-table">
        <caption className="visually-hidden">{caption}</caption>
        <colgroup>
          <col style={{ inlineSize: 40 }} />
          {fields.map((field) => (
            <col
              key={field.name}
              style={{ inlineSize: field.name === 'id' ? ID_WIDTH : typeOf(field).columnWidth }}
            />
          ))}
          <col />
        </colgroup>
        <thead>
          <tr>
            <th scope="col" className="cell-select">
              <Checkbox
                label="Select all rows of this page"
                isChecked={isAll}
                isMixed={chosenHere > 0 && !isAll}
                disabled={records.length === 0}
                onChange={props.onSelectAll}
              />
            </th>
            {fields.map((field) => (
              <ColumnHead key={field.name} field={field} sort={sort} onSort={props.onSort} />
            ))}
            <td />
          </tr>
        </thead>
        <tbody>
          {records.map((record) => (
            <RecordRow
              key={record.id}
              record={record}
              fields={fields}
              isSelected={selected.has(record.id)}
              isOpen={record.id === openId}
              flash={flashes.get(record.id)}
              onOpen={props.onOpen}
              onSelect={props.onSelect}
            />
          ))}
        </tbody>
      </table>
    </div>
  )
}
