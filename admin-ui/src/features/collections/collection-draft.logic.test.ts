import { expect, test } from 'vitest'
import type { Collection, Field } from '@/api/wire'
import {
  addField,
  changeField,
  changesOf,
  countChanges,
  draftOf,
  freeName,
  inputOf,
  moveField,
  needsConfirmation,
  rulesMentioning,
  sentIndex,
  toggleRemoved,
} from './collection-draft.logic'

const field = (name: string, type: Field['type'] = 'bool', id = `f_${name}`) =>
  ({ id, name, type, system: false, hidden: false, presentable: false }) as Field

const posts: Collection = {
  id: 'c1',
  name: 'posts',
  type: 'base',
  system: false,
  fields: [
    field('id', 'text'),
    field('title', 'text'),
    field('owner', 'relation'),
    field('created', 'autodate'),
  ],
  indexes: ['CREATE INDEX `idx_o` ON `posts` (`owner`)'],
  listRule: 'owner = @request.auth.id',
  viewRule: '',
  createRule: null,
  updateRule: "title != 'owner'",
  deleteRule: null,
  created: '',
  updated: '',
}
const names = (draft: ReturnType<typeof draftOf>) => draft.fields.map((entry) => entry.field.name)

test('an untouched draft changes nothing', () => {
  const changes = changesOf(draftOf(posts), posts)
  expect(countChanges(changes)).toBe(0)
  expect(needsConfirmation(changes)).toBe(false)
})

test('new fields come before the automatic dates and are sent without an id', () => {
  const draft = addField(draftOf(posts), field('done', 'bool', ''), 'new-1')
  expect(names(draft)).toEqual(['id', 'title', 'owner', 'done', 'created'])
  expect(inputOf(draft, posts).fields?.[3]).not.toHaveProperty('id')
  expect(changesOf(draft, posts)).toMatchObject({ added: ['done'], isReordered: false })
})

test('a new field that is removed leaves no trace, a saved one can come back', () => {
  const added = addField(draftOf(posts), field('done', 'bool', ''), 'new-1')
  expect(names(toggleRemoved(added, 'new-1'))).not.toContain('done')
  const removed = toggleRemoved(draftOf(posts), 'saved-f_title')
  expect(changesOf(removed, posts).removed).toEqual(['title'])
  expect(inputOf(removed, posts).fields?.map(({ name }) => name)).toEqual(['id', 'owner', 'created'])
  expect(countChanges(changesOf(toggleRemoved(removed, 'saved-f_title'), posts))).toBe(0)
})

test('a renaming takes indexes and rules along, and asks first', () => {
  const draft = changeField(draftOf(posts), 'saved-f_owner', { name: 'author' })
  const changes = changesOf(draft, posts)
  expect(changes).toMatchObject({ renamed: [{ from: 'owner', to: 'author' }], changed: [] })
  expect(needsConfirmation(changes)).toBe(true)
  expect(rulesMentioning(posts, ['owner'])).toEqual(['listRule'])
  expect(inputOf(draft, posts)).toMatchObject({
    indexes: ['CREATE INDEX `idx_o` ON `posts` (`author`)'],
    listRule: 'author = @request.auth.id',
  })
  expect(inputOf(draft, posts)).not.toHaveProperty('updateRule')
})

test('moving stops at the ends and counts as one change', () => {
  const draft = moveField(draftOf(posts), 'saved-f_owner', -1)
  expect(names(draft)).toEqual(['id', 'owner', 'title', 'created'])
  expect(countChanges(changesOf(draft, posts))).toBe(1)
  expect(moveField(draft, 'saved-f_id', -1)).toBe(draft)
})

test('new names are free in any letter case', () => {
  expect(freeName(draftOf(posts), 'Title')).toBe('Title2')
  expect(freeName(draftOf(posts), 'body')).toBe('body')
})

test('the server’s count of fields leaves out the removed ones', () => {
  const draft = toggleRemoved(draftOf(posts), 'saved-f_title')
  expect(sentIndex(draft, 'saved-f_owner')).toBe(1)
})
