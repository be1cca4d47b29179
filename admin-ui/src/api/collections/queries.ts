import { queryOptions, useQuery } from '@tanstack/react-query'
import { request } from '../client'
import type { Collection, CollectionType, Page } from '../wire'
import { collectionKeys } from './keys'

async function listCollections(signal: AbortSignal): Promise<Collection[]> {
  const found: Collection[] = []
  for (let page = 1; ; page += 1) {
    const answer = await request<Page<Collection>>('GET', '/collections', {
      query: { page, perPage: 500, sort: 'name' },
      signal,
    })
    found.push(...answer.items)
    if (page >= answer.totalPages) return found
  }
}

/** All collections with their fields and rules. */
export const collectionList = () =>
  queryOptions({
    queryKey: collectionKeys.list(),
    queryFn: ({ signal }) => listCollections(signal),
    staleTime: 30_000,
  })

/** An empty collection of each type, with the system fields the server would give it. */
export const collectionScaffolds = () =>
  queryOptions({
    queryKey: collectionKeys.scaffolds(),
    queryFn: ({ signal }) =>
      request<Partial<Record<CollectionType, Collection>>>('GET', '/collections/meta/scaffolds', { signal }),
    staleTime: Infinity,
  })

/** The collection of this name, from the list of all; undefined while it is not known. */
export function useCollection(name: string): Collection | undefined {
  const { data: collections } = useQuery(collectionList())
  return collections?.find((collection) => collection.name === name)
}
