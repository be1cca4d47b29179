/** What a list of records is asked with. */
export interface ListAsk {
  page: number
  perPage: number
  sort: string
  filter: string
  expand: string
}

export const recordKeys = {
  all: ['records'] as const,
  collection: (collectionId: string) => [...recordKeys.all, collectionId] as const,
  lists: (collectionId: string) => [...recordKeys.collection(collectionId), 'list'] as const,
  list: (collectionId: string, ask: ListAsk) => [...recordKeys.lists(collectionId), ask] as const,
  one: (collectionId: string, id: string) => [...recordKeys.collection(collectionId), 'one', id] as const,
  count: (collectionId: string) => [...recordKeys.collection(collectionId), 'count'] as const,
  search: (collectionId: string, filter: string) =>
    [...recordKeys.collection(collectionId), 'search', filter] as const,
}
