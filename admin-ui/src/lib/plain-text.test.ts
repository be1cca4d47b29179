import { expect, test } from 'vitest'
import { plainText } from './plain-text'

test('tags and runs of blanks become single spaces', () => {
  expect(plainText('<h1>Hello</h1>\n<p>big&nbsp;<b>world</b> &amp; more</p>')).toBe('Hello big world & more')
})
