import { expect, test } from 'vitest'
import { mentionsField, renameInRule } from './rule-text'

test('a field is renamed wherever it is meant', () => {
  expect(renameInRule('owner = @request.auth.id && owner.team = team', 'owner', 'author')).toBe(
    'author = @request.auth.id && author.team = team',
  )
  expect(renameInRule('@request.body.owner:isset = false', 'owner', 'author')).toBe(
    '@request.body.author:isset = false',
  )
})

test('literals, longer names and other paths stay', () => {
  const rule = "title = 'owner' && owners = 1 && @request.auth.owner = team.owner"
  expect(renameInRule(rule, 'owner', 'author')).toBe(rule)
  expect(mentionsField(rule, 'owner')).toBe(false)
})
