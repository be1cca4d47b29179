import { expect, test } from 'vitest'
import { asList, holdsMany, rangeInWords, sentence } from './field-values'

test('one value, several and none are all lists', () => {
  expect(asList('a')).toEqual(['a'])
  expect(asList(['a', '', 'b'])).toEqual(['a', 'b'])
  expect(asList('')).toEqual([])
  expect(asList(null)).toEqual([])
})

test('a maximum of 0 or 1 means a single value', () => {
  expect([0, 1, 2].map((maxSelect) => holdsMany({ maxSelect }))).toEqual([false, false, true])
})

test('summaries leave out what is not set', () => {
  expect(sentence(rangeInWords(null, 5), false, '', 'whole numbers')).toBe('up to 5 · whole numbers')
  expect(rangeInWords(0, 5)).toBe('0 to 5')
  expect(rangeInWords(2, null)).toBe('from 2')
})
