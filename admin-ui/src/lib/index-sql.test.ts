import { expect, test } from 'vitest'
import { buildIndex, parseIndex, renameInIndex } from './index-sql'

const email = "CREATE UNIQUE INDEX `idx_email_x1` ON `users` (`email`) WHERE `email` != ''"

test('a statement survives being taken apart and put together', () => {
  const parts = parseIndex(email)
  expect(parts).toEqual({
    isUnique: true,
    name: 'idx_email_x1',
    columns: ['email'],
    tail: "WHERE `email` != ''",
  })
  expect(parts && buildIndex(parts, 'users')).toBe(email)
})

test('several columns without quotes are read', () => {
  expect(parseIndex('create index idx_a on posts (author, created)')).toMatchObject({
    isUnique: false,
    columns: ['author', 'created'],
  })
})

test('expressions and collations are left to the text editor', () => {
  expect(parseIndex('CREATE INDEX i ON t (lower(a))')).toBeNull()
  expect(parseIndex('CREATE INDEX i ON t (a COLLATE NOCASE)')).toBeNull()
  expect(parseIndex('nonsense')).toBeNull()
})

test('a renamed field is renamed in columns and condition, and nowhere else', () => {
  expect(renameInIndex(email, 'email', 'mail')).toBe(
    "CREATE UNIQUE INDEX `idx_email_x1` ON `users` (`mail`) WHERE `mail` != ''",
  )
  expect(renameInIndex('CREATE INDEX i ON t (titles, title)', 'title', 'name')).toBe(
    'CREATE INDEX i ON t (titles, name)',
  )
})
