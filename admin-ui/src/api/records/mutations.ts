import { useMutation, useQueryClient } from '@tanstack/react-query'
import { describeError } from '@/lib/error-description'
import { request } from '../client'
import type { RecordData } from '../wire'
import { recordKeys } from './keys'
import { recordPath } from './path'

export interface RecordSave {
  /** `null` makes a new record. */
  id: string | null
  body: unknown
}

export function useSaveRecord(collectionId: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ id, body }: RecordSave) =>
      id === null
        ? request<RecordData>('POST', recordPath(collectionId), { body })
        : request<RecordData>('PATCH', recordPath(collectionId, id), { body }),
    onSuccess: () => client.invalidateQueries({ queryKey: recordKeys.all }),
  })
}

export interface DeleteOutcome {
  deleted: string[]
  failed: { id: string; reason: string }[]
}

/** How many delete requests are under way at a time. */
const AT_ONCE = 6

async function deleteEach(collectionId: string, ids: readonly string[]): Promise<DeleteOutcome> {
  const outcome: DeleteOutcome = { deleted: [], failed: [] }
  const waiting = [...ids]
  const worker = async () => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      try {
        await request('DELETE', recordPath(collectionId, id))
        outcome.deleted.push(id)
      } catch (error) {
        outcome.failed.push({ id, reason: describeError(error).message })
      }
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  return outcome
}

/** Deletes records one by one and tells which of them could not be deleted, and why. */
export function useDeleteRecords(collectionId: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (ids: readonly string[]) => deleteEach(collectionId, ids),
    onSettled: () => client.invalidateQueries({ queryKey: recordKeys.all }),
  })
}
