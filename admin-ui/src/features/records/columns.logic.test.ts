import { expect, test } from 'vitest'
import type { Field } from '@/api/wire'
import { newField } from '../field-types/table'
import { columnFields, expandOf, formFields, searchableFields, standardSort } from './columns.logic'

const fields: Field[] = [
  newField('text', 'title'),
  { ...newField('text', 'id'), system: true },
  { ...newField('text', 'tokenKey'), system: true },
  newField('password', 'password'),
  newField('relation', 'author'),
  newField('autodate', 'created'),
]
const names = (list: readonly Field[]) => list.map(({ name }) => name)

test('the id is the first column; secrets are none', () => {
  expect(names(columnFields(fields))).toEqual(['id', 'title', 'author', 'created'])
})

test('the form asks for what a person may write', () => {
  expect(names(formFields(fields, false))).toEqual(['title', 'password', 'author'])
  expect(names(formFields(fields, true))).toContain('id')
})

test('relations come along with a list, and a term is looked for in texts', () => {
  expect(expandOf(fields)).toBe('author')
  expect(searchableFields(fields)).toEqual(['id', 'title'])
})

test('newest first where that is known', () => {
  expect(standardSort({ fields })).toBe('-created')
  expect(standardSort({ fields: fields.slice(0, 2) })).toBe('')
})
