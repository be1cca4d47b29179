import { expect, test } from 'vitest'
import { pageCount, pageFrom, pageInWords } from './paging.logic'

test('pages are counted, and there is always one', () => {
  expect(pageCount({ perPage: 50, totalItems: 0 })).toBe(1)
  expect(pageCount({ perPage: 50, totalItems: 51 })).toBe(2)
})

test.each([
  [{ page: 1, perPage: 50, totalItems: 1 }, '1 record'],
  [{ page: 1, perPage: 50, totalItems: 1204 }, '1–50 of 1,204 records'],
  [{ page: 25, perPage: 50, totalItems: 1204 }, '1201–1204 of 1,204 records'],
  [{ page: 99, perPage: 50, totalItems: 1204 }, '1,204 records'],
])('%o is told as %s', (state, words) => expect(pageInWords(state)).toBe(words))

test('a jump stays inside the pages', () => {
  expect([pageFrom('7', 5), pageFrom('0', 5), pageFrom('3', 5), pageFrom('x', 5)]).toEqual([5, 1, 3, null])
})
