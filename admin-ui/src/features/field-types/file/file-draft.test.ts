import { expect, test } from 'vitest'
import { FileDraft, writeFiles } from './file-draft'

const file = (name: string) => new File(['x'], name)

test('an untouched field sends nothing', () => {
  expect(writeFiles('cover', false, 'old.png')).toEqual({})
})

test('a new single file takes the place of the old one', () => {
  const added = file('new.png')
  const draft = FileDraft.of('old.png').add([added], false)
  expect(draft.kept).toEqual([])
  expect(writeFiles('cover', false, draft)).toEqual({ files: [['cover', added]] })
})

test('a removed single file is emptied', () => {
  expect(writeFiles('cover', false, FileDraft.of('old.png').drop('old.png'))).toEqual({ json: { cover: '' } })
})

test('several files are added and removed one by one', () => {
  const added = file('c.png')
  const draft = FileDraft.of(['a.png', 'b.png']).drop('a.png').add([added], true)
  expect(draft.kept).toEqual(['b.png'])
  expect(writeFiles('docs', true, draft)).toEqual({ files: [['docs+', added]], json: { 'docs-': ['a.png'] } })
})

test('a file that is not sent yet can be taken back', () => {
  const added = file('c.png')
  expect(FileDraft.of([]).add([added], true).dropAdded(added).added).toEqual([])
})
