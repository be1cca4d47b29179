import { expect, test } from 'vitest'
import { generatePassword } from './generate-password'

test('passwords have the length asked for, no look-alikes, and differ', () => {
  const made = Array.from({ length: 50 }, () => generatePassword())
  expect(made.every((password) => /^[a-zA-Z2-9]{20}$/.test(password))).toBe(true)
  expect(made.some((password) => /[lIO01o]/.test(password))).toBe(false)
  expect(new Set(made).size).toBe(50)
})
