import { expect, test } from 'vitest'
import type { Collection } from '@/api/wire'
import { collectionsShown } from './collections-shown'

const all = [
  { name: 'users', system: false },
  { name: '_superusers', system: true },
  { name: 'Posts', system: false },
] as Collection[]
const names = (search: string, withSystem: boolean) =>
  collectionsShown(all, search, withSystem).map(({ name }) => name)

test('the system’s own are left out unless asked for, and come last', () => {
  expect(names('', false)).toEqual(['Posts', 'users'])
  expect(names('', true)).toEqual(['Posts', 'users', '_superusers'])
})

test('a search ignores letter case and finds all', () => {
  expect(names('pos', false)).toEqual(['Posts'])
  expect(names('super', false)).toEqual(['_superusers'])
})
