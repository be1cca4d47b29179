import { expect, test } from 'vitest'
import type { LiveAction, RecordData } from '@/api/wire'
import { LOG_LENGTH, logEvent, patchPage } from './live-records.logic'

const record = (id: string, title: string): RecordData => ({
  id,
  title,
  collectionId: 'c',
  collectionName: 'posts',
})
const page = {
  items: [record('a', 'A'), record('b', 'B')],
  page: 1,
  perPage: 50,
  totalItems: 2,
  totalPages: 1,
}
const event = (action: LiveAction, id: string, title: string) => ({
  action,
  record: record(id, title),
  cursor: 'k',
})

test('an updated row changes in place', () => {
  const patched = patchPage(page, event('update', 'b', 'B2'))
  expect(patched.items.map(({ title }) => title)).toEqual(['A', 'B2'])
})

test('what the event does not carry stays', () => {
  const expanded = { ...page, items: [{ ...record('a', 'A'), expand: { author: record('u', 'U') } }] }
  expect(patchPage(expanded, event('update', 'a', 'A2')).items[0]).toHaveProperty('expand.author')
})

test('new, deleted and unknown rows wait for the refetch', () => {
  expect(patchPage(page, event('create', 'c', 'C'))).toBe(page)
  expect(patchPage(page, event('delete', 'a', 'A'))).toBe(page)
  expect(patchPage(page, event('update', 'z', 'Z'))).toBe(page)
})

test('the log has the latest on top and stays bounded', () => {
  let log = logEvent([], event('create', 'a', 'A'), new Date(0))
  for (let count = 0; count < LOG_LENGTH; count += 1)
    log = logEvent(log, event('update', 'a', 'A'), new Date(1))
  expect(log).toHaveLength(LOG_LENGTH)
  expect(log[0]?.key).toBe(LOG_LENGTH + 1)
})
