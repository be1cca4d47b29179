import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Box, Plus, ScanEye, Search, UserRound } from 'lucide-react'
import { useState } from 'react'
import { collectionList } from '@/api/collections/queries'
import type { CollectionType } from '@/api/wire'
import { Checkbox } from '@/components/form/checkbox'
import { ErrorNotice } from '@/components/ui/notice'
import { Skeleton } from '@/components/ui/skeleton'
import { collectionsShown } from './collections-shown'

const icons: Record<CollectionType, typeof Box> = { base: Box, auth: UserRound, view: ScanEye }

/** All collections, with search; the system’s own on demand. */
export function CollectionNav() {
  const { data: collections, isPending, error, refetch } = useQuery(collectionList())
  const [search, setSearch] = useState('')
  const [withSystem, setWithSystem] = useState(false)
  const shown = collectionsShown(collections ?? [], search, withSystem)

  return (
    <nav className="collection-nav" aria-label="Collections">
      <div className="collection-nav-head">
        <div className="collection-nav-title">
          <h2>Collections</h2>
          <Link to="/data/new" className="nav-link-button" aria-label="New collection" title="New collection">
            <Plus size={16} strokeWidth={1.75} aria-hidden />
          </Link>
        </div>
        <div className="search-input">
          <Search size={14} strokeWidth={1.75} aria-hidden />
          <input
            type="search"
            className="input"
            aria-label="Search collections"
            placeholder="Search"
            value={search}
            onChange={(event) => setSearch(event.target.value)}
          />
        </div>
      </div>
      <div className="collection-list">
        {isPending && <Skeleton label="Loading collections" rows={5} />}
        {error && <ErrorNotice title="No collections" error={error} onRetry={() => void refetch()} />}
        <ul>
          {shown.map(({ id, name, type }) => {
            const Icon = icons[type]
            return (
              <li key={id}>
                <Link
                  to="/data/$collection"
                  params={{ collection: name }}
                  className="collection-link"
                  activeOptions={{ exact: false, includeSearch: false }}
                  activeProps={{ 'data-active': true }}
                >
                  <Icon size={15} strokeWidth={1.75} aria-hidden />
                  <span className="truncate">{name}</span>
                </Link>
              </li>
            )
          })}
        </ul>
        {collections && shown.length === 0 && (
          <p className="collection-note">
            {search === '' ? 'No collections yet.' : 'No collection matches.'}
          </p>
        )}
      </div>
      <div className="collection-nav-foot muted">
        <Checkbox isChecked={withSystem} onChange={setWithSystem}>
          System collections
        </Checkbox>
      </div>
    </nav>
  )
}
