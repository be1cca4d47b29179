import { useQuery } from '@tanstack/react-query'
import { collectionList } from '@/api/collections/queries'
import type { Collection, RelationField } from '@/api/wire'

/** The collection that a relation points to; undefined while it is not known. */
export function useTargetCollection(field: RelationField): Collection | undefined {
  const { data: collections } = useQuery(collectionList())
  return collections?.find(({ id }) => id === field.collectionId)
}
