import { queryOptions } from '@tanstack/react-query'
import { request } from '../client'
import type { RecordData } from '../wire'

/** A short-lived token that opens protected files. */
export const fileToken = queryOptions({
  queryKey: ['files', 'token'],
  queryFn: async ({ signal }) => (await request<{ token: string }>('POST', '/files/token', { signal })).token,
  staleTime: 60_000,
  refetchInterval: 90_000,
})

export interface FileAddress {
  record: RecordData
  name: string
  thumb?: string
  token?: string | undefined
}

export function fileUrl({ record, name, thumb, token }: FileAddress): string {
  const path = [record.collectionId, record.id, name].map(encodeURIComponent).join('/')
  const search = new URLSearchParams()
  if (thumb !== undefined) search.set('thumb', thumb)
  if (token !== undefined) search.set('token', token)
  const text = search.toString()
  return `/api/files/${path}${text === '' ? '' : `?${text}`}`
}
