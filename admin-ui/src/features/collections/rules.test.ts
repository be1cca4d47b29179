import { expect, test } from 'vitest'
import { isDangerous, ruleDescriptions, rulesFor, stateOf } from './rules'

test('no rule, an empty rule and a condition are three different things', () => {
  expect([null, '', '  ', 'a = 1'].map(stateOf)).toEqual(['locked', 'public', 'public', 'condition'])
})

test('each type of collection has the rules that apply to it', () => {
  expect(rulesFor('base')).toHaveLength(5)
  expect(rulesFor('auth')).toHaveLength(7)
  expect(rulesFor('view').map(({ name }) => name)).toEqual(['listRule', 'viewRule'])
})

test('public is dangerous everywhere but for signing in', () => {
  const dangerous = ruleDescriptions.filter((rule) => isDangerous(rule, 'public')).map(({ name }) => name)
  expect(dangerous).toHaveLength(6)
  expect(dangerous).not.toContain('authRule')
})
