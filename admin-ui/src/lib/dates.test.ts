import { expect, test } from 'vitest'
import { fromUtcInput, parseStored, shortUtc, toStored, toUtcInput } from './dates'

test('a stored date survives the way there and back', () => {
  const text = '2026-01-02 10:00:00.123Z'
  const date = parseStored(text)
  expect(date && toStored(date)).toBe(text)
})

test('what is no stored date is not read as one', () => {
  expect(parseStored('')).toBeNull()
  expect(parseStored('2026-01-02')).toBeNull()
  expect(parseStored('2026-13-45 10:00:00.000Z')).toBeNull()
})

test('date inputs count in UTC, whatever the zone of the browser', () => {
  expect(toUtcInput('2026-01-02 23:30:05.000Z')).toBe('2026-01-02T23:30:05')
  expect(fromUtcInput('2026-01-02T23:30')).toBe('2026-01-02 23:30:00.000Z')
  expect(fromUtcInput('')).toBe('')
})

test('tables show dates to the second', () => {
  expect(shortUtc('2026-01-02 10:00:00.123Z')).toBe('2026-01-02 10:00:00')
})
