import { useMutation, useQueryClient } from '@tanstack/react-query'
import { request } from '../client'
import { recordKeys } from '../records/keys'
import type { Collection, CollectionInput } from '../wire'
import { collectionKeys } from './keys'

function createCollection(input: CollectionInput): Promise<Collection> {
  return request('POST', '/collections', { body: input })
}

function updateCollection(id: string, input: CollectionInput): Promise<Collection> {
  return request('PATCH', `/collections/${encodeURIComponent(id)}`, { body: input })
}

function deleteCollection(id: string): Promise<void> {
  return request('DELETE', `/collections/${encodeURIComponent(id)}`)
}

/** Keeps the list in step with an answer, so that the next page sees the change at once. */
function replaceIn(list: Collection[] | undefined, saved: Collection): Collection[] {
  const others = (list ?? []).filter((collection) => collection.id !== saved.id)
  return [...others, saved].sort((a, b) => a.name.localeCompare(b.name))
}

/** Creates (`id: null`) or changes a collection. */
export function useSaveCollection() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ id, input }: { id: string | null; input: CollectionInput }) =>
      id === null ? createCollection(input) : updateCollection(id, input),
    onSuccess: (saved) => {
      client.setQueryData<Collection[]>(collectionKeys.list(), (list) => replaceIn(list, saved))
      void client.invalidateQueries({ queryKey: recordKeys.collection(saved.id) })
      void client.invalidateQueries({ queryKey: collectionKeys.all })
    },
  })
}

export function useDeleteCollection() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => deleteCollection(id),
    onSuccess: (_answer, id) => {
      client.setQueryData<Collection[]>(collectionKeys.list(), (list) => list?.filter((c) => c.id !== id))
      client.removeQueries({ queryKey: recordKeys.collection(id) })
      void client.invalidateQueries({ queryKey: collectionKeys.all })
    },
  })
}
