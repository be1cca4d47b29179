import { expect, test } from 'vitest'
import { FileDraft } from '../field-types/file/file-draft'
import { UnreadableJson } from '../field-types/json/unreadable-json'
import { newField } from '../field-types/table'
import { bodyOf, changedFields, checkValues, startValues } from './record-draft.logic'

const title = newField('text', 'title')
const meta = newField('json', 'meta')
const cover = newField('file', 'cover')
const password = newField('password', 'password')
const fields = [title, meta, cover, password]

const record = {
  id: 'r1',
  collectionId: 'c1',
  collectionName: 'posts',
  title: 'A',
  meta: { a: 1 },
  cover: 'old.png',
}
const start = startValues(fields, record)
const changed = (values: object) => changedFields(fields, start, { ...start, ...values })
const names = (values: object) => changed(values).map(({ name }) => name)

test('equal data is no change, even when it is another object', () => {
  expect(names({ meta: { a: 1 } })).toEqual([])
  expect(names({ meta: { a: 2 } })).toEqual(['meta'])
  expect(names({ title: 'B' })).toEqual(['title'])
})

test('a value the server does not send back starts empty and unchanged', () => {
  expect(names({ password: undefined })).toEqual([])
  expect(names({ password: 'secret123' })).toEqual(['password'])
})

test('only the changed fields are sent', () => {
  const values = { ...start, title: 'B' }
  expect(bodyOf(changedFields(fields, start, values), values)).toEqual({ title: 'B' })
})

test('a new password is confirmed for the person', () => {
  expect(bodyOf([password], { password: 'secret123' })).toEqual({
    password: 'secret123',
    passwordConfirm: 'secret123',
  })
})

test('with files the body is a form, the rest beside them as JSON', () => {
  const file = new File(['x'], 'new.png')
  const values = { ...start, title: 'B', cover: FileDraft.of('old.png').add([file], false) }
  const body = bodyOf(changedFields(fields, start, values), values)
  if (!(body instanceof FormData)) throw new Error('expected a form')
  expect(body.get('@jsonPayload')).toBe('{"title":"B"}')
  expect(body.get('cover')).toMatchObject({ name: 'new.png' })
})

test('unreadable JSON is a change that is not sent', () => {
  const values = { ...start, meta: new UnreadableJson('{') }
  expect(names(values)).toEqual(['meta'])
  expect(checkValues(fields, values).get('meta')).toContain('not valid JSON')
})
