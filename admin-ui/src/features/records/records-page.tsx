import { useQuery } from '@tanstack/react-query'
import { Plus, RefreshCw, Trash2 } from 'lucide-react'
import { useCallback, useRef, useState } from 'react'
import { ApiError } from '@/api/api-error'
import { recordList } from '@/api/records/queries'
import type { Collection } from '@/api/wire'
import { Button, IconButton } from '@/components/ui/button'
import { plural } from '@/lib/plural'
import { filterFor } from '@/lib/filter-text'
import { columnFields, expandOf, searchableFields, standardSort } from './columns.logic'
import { ColumnsMenu } from './columns-menu'
import { DeleteRecordsDialog } from './delete-records-dialog'
import { FilterBar } from './filter-bar'
import { useHiddenColumns } from './hidden-columns'
import { LiveButton } from './live-button'
import { LiveDrawer } from './live-drawer'
import { Pager } from './pager'
import { RecordPanel } from './record-panel'
import { NEW_RECORD, type RecordsSearch } from './records-search'
import { RecordsView } from './records-view'
import { toggleRows } from './selection.logic'
import { useLiveRecords } from './use-live-records'
import './record-panel.css'
import './records.css'

interface RecordsPageProps {
  collection: Collection
  search: RecordsSearch
  onSearch: (change: Partial<RecordsSearch>, options?: { ignoreBlocker: true }) => void
}

/** The records of a collection: filter, table, record panel and live changes. */
export function RecordsPage({ collection, search, onSearch }: RecordsPageProps) {
  const allFields = columnFields(collection.fields)
  const { hidden, toggle } = useHiddenColumns(collection.id)
  const fields = allFields.filter(({ name }) => name === 'id' || !hidden.has(name))
  const expand = expandOf(collection.fields)
  const sort = search.sort === '' ? standardSort(collection) : search.sort
  const filter = filterFor(search.filter, searchableFields(collection.fields))
  const query = useQuery(
    recordList(collection.id, { page: search.page, perPage: search.perPage, sort, filter, expand }),
  )
  const live = useLiveRecords(collection, expand)

  // The last good answer stays in sight while a new question is under way or was refused.
  const [shown, setShown] = useState(query.data)
  if (query.data && query.data !== shown) setShown(query.data)
  const records = shown?.items ?? []

  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const [deleting, setDeleting] = useState<readonly string[] | null>(null)
  const anchor = useRef<string | null>(null)
  const isWritable = collection.type !== 'view'
  const isRefused = query.error instanceof ApiError && query.error.kind === 'invalid'

  const handleOpen = useCallback((id: string) => onSearch({ rec: id }), [onSearch])
  const handleSelect = useCallback(
    (id: string, withShift: boolean) => {
      const from = withShift ? anchor.current : null
      anchor.current = id
      const ids = (shown?.items ?? []).map((record) => record.id)
      setSelected((before) => toggleRows(before, ids, id, from))
    },
    [shown],
  )

  const handleQuestion = (change: Partial<RecordsSearch>) => {
    setSelected(new Set())
    onSearch({ page: 1, ...change })
  }
  const handleClose = () => {
    const id = search.rec
    onSearch({ rec: '' })
    document.querySelector<HTMLElement>(`[data-record="${CSS.escape(id)}"]`)?.focus()
  }
  const handleDeleted = (ids: readonly string[]) => {
    setSelected((before) => new Set([...before].filter((id) => !ids.includes(id))))
    if (ids.includes(search.rec)) onSearch({ rec: '' }, { ignoreBlocker: true })
  }

  return (
    <div className="records">
      <title>{`${collection.name} · Underpin`}</title>
      <div className="records-toolbar">
        <FilterBar
          filter={search.filter}
          isRefused={isRefused}
          onApply={(text) => handleQuestion({ filter: text })}
        />
        <LiveButton isOpen={search.live} onToggle={() => onSearch({ live: !search.live })} />
        <ColumnsMenu fields={allFields} hidden={hidden} onToggle={toggle} />
        <IconButton icon={RefreshCw} label="Refresh" onClick={() => void query.refetch()} />
        {isWritable && (
          <Button
            variant="primary"
            icon={Plus}
            data-record={NEW_RECORD}
            onClick={() => onSearch({ rec: NEW_RECORD })}
          >
            New record
          </Button>
        )}
      </div>
      <div className="records-main">
        <div className="records-left">
          <RecordsView
            collection={collection}
            query={query}
            shown={shown}
            fields={fields}
            sort={sort}
            search={search}
            selected={selected}
            flashes={live.flashes}
            onQuestion={handleQuestion}
            onOpen={handleOpen}
            onSelect={handleSelect}
            onSelectAll={(isOn) => setSelected(new Set(isOn ? records.map(({ id }) => id) : []))}
          />
          {selected.size > 0 && (
            <div className="bulk-bar" role="region" aria-label="Selection">
              <strong>{plural(selected.size, 'record')} selected</strong>
              <Button size="small" onClick={() => setSelected(new Set())}>
                Clear selection
              </Button>
              {isWritable && (
                <Button
                  size="small"
                  variant="danger"
                  icon={Trash2}
                  onClick={() => setDeleting([...selected])}
                >
                  Delete
                </Button>
              )}
            </div>
          )}
          {search.live && (
            <LiveDrawer
              topic={collection.name}
              fields={collection.fields}
              log={live.log}
              onOpen={handleOpen}
              onClear={live.clearLog}
              onClose={() => onSearch({ live: false })}
            />
          )}
          {shown && (
            <Pager
              page={search.page}
              perPage={search.perPage}
              totalItems={shown.totalItems}
              onPage={(page) => handleQuestion({ page })}
              onPerPage={(perPage) => handleQuestion({ perPage })}
            />
          )}
        </div>
        {search.rec !== '' && (
          <RecordPanel
            key={search.rec}
            collection={collection}
            recordId={search.rec}
            onClose={handleClose}
            onSaved={(id) => onSearch({ rec: id }, { ignoreBlocker: true })}
            onDelete={(id) => setDeleting([id])}
          />
        )}
      </div>
      {deleting && (
        <DeleteRecordsDialog
          collectionId={collection.id}
          ids={deleting}
          onClose={() => setDeleting(null)}
          onDeleted={handleDeleted}
        />
      )}
    </div>
  )
}
