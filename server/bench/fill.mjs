// Makes the bench's collection and fills it: node fill.mjs BASE EMAIL PASSWORD ROWS
import { all, client, signIn } from './client.mjs'

const [base, email, password, rows] = process.argv.slice(2)

const call = client(base)
const token = await signIn(call, '_superusers', email, password)
const open = { listRule: '', viewRule: '', createRule: '' }
const fields = [
  { name: 'title', type: 'text', required: true },
  { name: 'views', type: 'number' },
  { name: 'draft', type: 'bool' },
  { name: 'tags', type: 'select', values: ['a', 'b', 'c'], maxSelect: 3 },
  { name: 'created', type: 'autodate', onCreate: true },
]
const indexes = ['CREATE INDEX `idx_bench_views` ON `bench` (`views`)']
await call('POST', '/api/collections', { name: 'bench', type: 'base', fields, indexes, ...open }, token)
await all(Number(rows), (n) => {
  const id = `row${String(n).padStart(12, '0')}`
  const record = { id, title: `title ${n}`, views: n % 1000, draft: n % 2 === 0, tags: ['a'] }
  return call('POST', '/api/collections/bench/records', record, token)
})
