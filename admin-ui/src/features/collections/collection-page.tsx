import { useQuery } from '@tanstack/react-query'
import { Link, Outlet } from '@tanstack/react-router'
import { FolderSearch } from 'lucide-react'
import { collectionList } from '@/api/collections/queries'
import { Badge } from '@/components/ui/badge'
import { EmptyState } from '@/components/ui/empty-state'
import { ErrorNotice } from '@/components/ui/notice'
import { Skeleton } from '@/components/ui/skeleton'
import './collection-page.css'

const tabs = [
  { to: '/data/$collection', label: 'Records', isExact: true },
  { to: '/data/$collection/schema', label: 'Schema', isExact: false },
  { to: '/data/$collection/access', label: 'Access', isExact: false },
] as const

/** The frame of one collection: its name, its tabs, and the page of the tab. */
export function CollectionPage({ name }: { name: string }) {
  const { data: collections, isPending, error, refetch } = useQuery(collectionList())

  if (isPending) return <Skeleton label="Loading collections" />
  if (error) {
    return (
      <div className="page-body">
        <ErrorNotice
          title="The collections could not be loaded"
          error={error}
          onRetry={() => void refetch()}
        />
      </div>
    )
  }
  const collection = collections.find((candidate) => candidate.name === name)
  if (!collection) {
    return (
      <EmptyState icon={FolderSearch} title={`There is no collection “${name}”`}>
        It may have been renamed or deleted. Choose another one from the list.
      </EmptyState>
    )
  }
  return (
    <div className="collection-page">
      <header className="page-header">
        <h1 className="truncate">{collection.name}</h1>
        <Badge>{collection.type}</Badge>
        {collection.system && <Badge tone="accent">system</Badge>}
        <nav className="tabs" aria-label={`Pages of ${collection.name}`}>
          {tabs.map(({ to, label, isExact }) => (
            <Link
              key={to}
              to={to}
              params={{ collection: collection.name }}
              className="tab"
              activeOptions={{ exact: isExact, includeSearch: false }}
              activeProps={{ 'data-active': true }}
            >
              {label}
            </Link>
          ))}
        </nav>
      </header>
      <Outlet />
    </div>
  )
}
