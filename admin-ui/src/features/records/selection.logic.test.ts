import { expect, test } from 'vitest'
import { toggleRows } from './selection.logic'

const shown = ['a', 'b', 'c', 'd']

test('one row is ticked and unticked', () => {
  const once = toggleRows(new Set(), shown, 'b', null)
  expect([...once]).toEqual(['b'])
  expect([...toggleRows(once, shown, 'b', null)]).toEqual([])
})

test('with an anchor the rows between are ticked, in both directions', () => {
  expect([...toggleRows(new Set(['a']), shown, 'c', 'a')]).toEqual(['a', 'b', 'c'])
  expect([...toggleRows(new Set(['d']), shown, 'b', 'd')].sort()).toEqual(['b', 'c', 'd'])
})

test('an anchor that is no longer shown ticks the one row', () => {
  expect([...toggleRows(new Set(), shown, 'c', 'gone')]).toEqual(['c'])
})
