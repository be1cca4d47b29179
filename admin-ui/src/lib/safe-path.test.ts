import { expect, test } from 'vitest'
import { safePath } from './safe-path'

test.each(['/_/data/posts?filter=a', '/_/data'])('%s is inside the console', (path) => {
  expect(safePath(path, '/_/')).toBe(path)
})

test.each(['https://evil.example', '//evil.example', '/\\evil.example', '/_/\\evil', '/other', ''])(
  '%s is not followed',
  (path) => {
    expect(safePath(path, '/_/')).toBe('/_/')
  },
)
