import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { request } from '../client'
import type { Page, RecordData } from '../wire'
import { recordKeys, type ListAsk } from './keys'
import { recordPath } from './path'

export const recordList = (collectionId: string, ask: ListAsk) =>
  queryOptions({
    queryKey: recordKeys.list(collectionId, ask),
    queryFn: ({ signal }) =>
      request<Page<RecordData>>('GET', recordPath(collectionId), { query: { ...ask }, signal }),
    placeholderData: keepPreviousData,
  })

export const recordById = (collectionId: string, id: string, expand: string) =>
  queryOptions({
    queryKey: [...recordKeys.one(collectionId, id), expand],
    queryFn: ({ signal }) =>
      request<RecordData>('GET', recordPath(collectionId, id), { query: { expand }, signal }),
  })

export const recordCount = (collectionId: string) =>
  queryOptions({
    queryKey: recordKeys.count(collectionId),
    queryFn: ({ signal }) =>
      request<Page<RecordData>>('GET', recordPath(collectionId), {
        query: { perPage: 1, fields: 'id' },
        signal,
      }),
    select: (page) => page.totalItems,
  })

/** The first few records that match, for pickers. */
export const recordSearch = (collectionId: string, filter: string) =>
  queryOptions({
    queryKey: recordKeys.search(collectionId, filter),
    queryFn: ({ signal }) =>
      request<Page<RecordData>>('GET', recordPath(collectionId), {
        query: { perPage: 20, filter, skipTotal: true },
        signal,
      }),
    select: (page) => page.items,
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  })
