import { expect, test } from 'vitest'
import { filterFor, isSearchTerm, quote } from './filter-text'

test('a plain word is looked for in each searchable field', () => {
  expect(filterFor(' ana ', ['title', 'email'])).toBe('title ~ "ana" || email ~ "ana"')
})

test.each(['a = 1', 'a!=1', 'a ~ "x"', 'n >= 3', 'tags ?= "x"'])('%s stays the filter it is', (text) => {
  expect(isSearchTerm(text)).toBe(false)
  expect(filterFor(text, ['title'])).toBe(text)
})

test('blanks are no filter', () => {
  expect(isSearchTerm('   ')).toBe(false)
  expect(filterFor('   ', ['title'])).toBe('')
})

test('quotes in a term don’t end the literal', () => {
  expect(quote('5" disk')).toBe('"5\\" disk"')
  expect(quote('c:\\')).toBe('"c:"')
})
