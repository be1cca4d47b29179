import { expect, test } from 'vitest'
import { pathOfHash } from './legacy-hash'

test('the link that the server prints leads to the set-up page', () => {
  expect(pathOfHash('#/pbinstall/eyJh.eyJj.x-_1')).toBe('/setup/eyJh.eyJj.x-_1')
})

test('links to a collection keep filter, sort and open record', () => {
  expect(pathOfHash('#/collections?collection=posts&filter=a%3D1&sort=-created&record=r1')).toBe(
    '/data/posts?filter=a%3D1&sort=-created&rec=r1',
  )
  expect(pathOfHash('#/collections')).toBe('/data')
})

test('other hashes are left alone', () => {
  expect(pathOfHash('')).toBeNull()
  expect(pathOfHash('#content')).toBeNull()
  expect(pathOfHash('#/auth/confirm-verification/abc')).toBeNull()
})
