import { FilterX, Inbox, Plus } from 'lucide-react'
import type { Collection, Field, Page, RecordData } from '@/api/wire'
import { Button } from '@/components/ui/button'
import { EmptyState } from '@/components/ui/empty-state'
import { ErrorNotice } from '@/components/ui/notice'
import { Skeleton } from '@/components/ui/skeleton'
import { NEW_RECORD, type RecordsSearch } from './records-search'
import { RecordsTable } from './records-table'

interface RecordsViewProps {
  collection: Collection
  query: { error: Error | null; isPlaceholderData: boolean; refetch: () => unknown }
  /** The last good answer. */
  shown: Page<RecordData> | undefined
  fields: readonly Field[]
  sort: string
  search: RecordsSearch
  selected: ReadonlySet<string>
  flashes: ReadonlyMap<string, number>
  onQuestion: (change: Partial<RecordsSearch>) => void
  onOpen: (id: string) => void
  onSelect: (id: string, withShift: boolean) => void
  onSelectAll: (isOn: boolean) => void
}

/** The table, and what stands in its place: pending, refused, empty. */
export function RecordsView(props: RecordsViewProps) {
  const { collection, query, shown, fields, sort, search, selected, flashes, onQuestion } = props
  const { error } = query
  const isEmpty = shown?.items.length === 0 && !error

  return (
    <>
      {error && (
        <div className="records-error" id="records-error">
          <ErrorNotice
            title={search.filter === '' ? 'The records could not be loaded' : 'This filter was refused'}
            error={error}
            onRetry={() => void query.refetch()}
          />
          {shown && <p className="muted">Below is the last result before it.</p>}
        </div>
      )}
      {!shown && !error && <Skeleton label="Loading records" rows={12} />}
      {shown && !isEmpty && (
        <RecordsTable
          caption={`Records of ${collection.name}`}
          fields={fields}
          records={shown.items}
          sort={sort}
          selected={selected}
          flashes={flashes}
          openId={search.rec}
          isStale={query.isPlaceholderData || error !== null}
          onSort={(next) => onQuestion({ sort: next })}
          onOpen={props.onOpen}
          onSelect={props.onSelect}
          onSelectAll={props.onSelectAll}
        />
      )}
      {isEmpty && search.filter !== '' && (
        <EmptyState
          icon={FilterX}
          title="No records match"
          actions={<Button onClick={() => onQuestion({ filter: '' })}>Clear the filter</Button>}
        >
          Nothing in {collection.name} matches <code>{search.filter}</code>.
        </EmptyState>
      )}
      {isEmpty && search.filter === '' && search.page > 1 && (
        <EmptyState
          icon={Inbox}
          title={`There is no page ${search.page}`}
          actions={<Button onClick={() => onQuestion({ page: 1 })}>Go to the first page</Button>}
        />
      )}
      {isEmpty && search.filter === '' && search.page === 1 && (
        <EmptyState
          icon={Inbox}
          title={`${collection.name} is empty`}
          actions={
            collection.type !== 'view' && (
              <Button variant="primary" icon={Plus} onClick={() => onQuestion({ rec: NEW_RECORD })}>
                New record
              </Button>
            )
          }
        >
          Records appear here as soon as someone creates them, here or through the API.
        </EmptyState>
      )}
    </>
  )
}
