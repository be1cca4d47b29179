import { expect, test } from 'vitest'
import { directionOf, nextSort } from './sort-text'

test('a header goes through ascending, descending and none', () => {
  expect(nextSort('', 'title')).toBe('title')
  expect(nextSort('title', 'title')).toBe('-title')
  expect(nextSort('-title', 'title')).toBe('')
})

test('another header starts anew', () => {
  expect(nextSort('-created', 'title')).toBe('title')
  expect(directionOf('-created', 'title')).toBeNull()
})
