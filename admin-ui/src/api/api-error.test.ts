import { expect, test } from 'vitest'
import { ApiError } from './api-error'

test('problems of list entries are found by their path', () => {
  const error = new ApiError(400, 'Failed.', 'r1', {
    name: { code: 'validation_required', message: 'Cannot be blank.' },
    fields: { 1: { name: { code: 'validation_required', message: 'Name it.' } } },
  })
  expect(error.problem('name')).toBe('Cannot be blank.')
  expect(error.problem('fields.1.name')).toBe('Name it.')
  expect(error.problem('fields.0.name')).toBeUndefined()
})

test('a field that is itself called message is not taken for a problem', () => {
  const error = new ApiError(400, 'Failed.', 'r1', {
    message: { code: 'validation_required', message: 'Cannot be blank.' },
  })
  expect(error.problem('message')).toBe('Cannot be blank.')
})

test.each([
  [0, 'offline'],
  [400, 'invalid'],
  [401, 'signed-out'],
  [403, 'forbidden'],
  [404, 'not-found'],
  [429, 'busy'],
  [500, 'server'],
])('status %i is %s', (status, kind) => {
  expect(new ApiError(status, '', '').kind).toBe(kind)
})
