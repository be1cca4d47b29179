import { useCallback } from 'react'
import { createRoute, lazyRouteComponent, stripSearchParams } from '@tanstack/react-router'
import { useCollection } from '@/api/collections/queries'
import type { Collection } from '@/api/wire'
import { CollectionPage } from '@/features/collections/collection-page'
import { recordsSearch, recordsSearchDefaults, type RecordsSearch } from '@/features/records/records-search'
import { consoleRoute } from './console'

const SchemaPage = lazyRouteComponent(() => import('@/features/collections/schema-page'), 'SchemaPage')
const AccessPage = lazyRouteComponent(() => import('@/features/collections/access-page'), 'AccessPage')
const RecordsPage = lazyRouteComponent(() => import('@/features/records/records-page'), 'RecordsPage')

export const collectionRoute = createRoute({
  getParentRoute: () => consoleRoute,
  path: '/data/$collection',
  component: function CollectionFrame() {
    const { collection } = collectionRoute.useParams()
    return <CollectionPage name={collection} />
  },
})

/** The collection of the address. The frame shows the pages below only once it is known. */
function useShownCollection(): Collection | undefined {
  return useCollection(collectionRoute.useParams().collection)
}

export const recordsRoute = createRoute({
  getParentRoute: () => collectionRoute,
  path: '/',
  validateSearch: recordsSearch,
  search: { middlewares: [stripSearchParams(recordsSearchDefaults)] },
  component: function Records() {
    const collection = useShownCollection()
    const search = recordsRoute.useSearch()
    const navigate = recordsRoute.useNavigate()
    const handleSearch = useCallback(
      (change: Partial<RecordsSearch>, options?: { ignoreBlocker: true }) =>
        void navigate({ search: (before) => ({ ...before, ...change }), ...options }),
      [navigate],
    )
    if (!collection) return null
    return <RecordsPage key={collection.id} collection={collection} search={search} onSearch={handleSearch} />
  },
})

export const schemaRoute = createRoute({
  getParentRoute: () => collectionRoute,
  path: '/schema',
  component: function Schema() {
    const collection = useShownCollection()
    return collection ? <SchemaPage key={collection.id} collection={collection} /> : null
  },
})

export const accessRoute = createRoute({
  getParentRoute: () => collectionRoute,
  path: '/access',
  component: function Access() {
    const collection = useShownCollection()
    return collection ? <AccessPage key={collection.id} collection={collection} /> : null
  },
})
