import { expect, test } from 'vitest'
import { bytesInWords } from './bytes'

test.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1536, '1.5 KB'],
  [5 * 1024 * 1024, '5 MB'],
])('%i bytes are %s', (bytes, words) => expect(bytesInWords(bytes)).toBe(words))
