import { expect, test } from 'vitest'
import { recordLabel } from './record-label'

const field = (name: string, presentable = false, type = 'text') => ({ name, type, presentable })

test('presentable fields name a record', () => {
  expect(recordLabel({ id: 'r1', a: 'Ana', n: 3 }, [field('a', true), field('n', true, 'number')])).toBe(
    'Ana · 3',
  )
})

test('without any, a telling name is taken', () => {
  expect(recordLabel({ id: 'r1', title: 'Hello' }, [field('body'), field('title')])).toBe('Hello')
})

test('a record without a name is called by its id', () => {
  expect(recordLabel({ id: 'r1', title: '' }, [field('title')])).toBe('r1')
})
