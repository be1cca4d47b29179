import { expect, test } from 'vitest'
import { jsonProblem, readJson, UnreadableJson } from './unreadable-json'

test('valid text is read, blanks are null, the rest is kept as text', () => {
  expect(readJson('{"a": [1]}')).toEqual({ a: [1] })
  expect(readJson('  ')).toBeNull()
  expect(readJson('{"a": ')).toEqual(new UnreadableJson('{"a": '))
})

test('text that is no JSON is told apart, with its place where that is known', () => {
  expect(jsonProblem('{\n  "a": nope\n}')).toContain('not valid JSON')
  expect(jsonProblem('{\n  a: 1\n}')).toContain('line 2, column 3')
  expect(jsonProblem('{"a": 1}')).toBeUndefined()
})
