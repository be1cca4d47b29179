// Makes the bench's collection and fills it: node fill.mjs BASE EMAIL PASSWORD ROWS
const [base, email, password, rows] = process.argv.slice(2)

async function call(method, path, body, token) {
  const headers = { 'Content-Type': 'application/json' }
  if (token) headers.Authorization = token
  const answer = await fetch(base + path, { method, headers, body: JSON.stringify(body) })
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
  return answer.json()
}

const signIn = '/api/collections/_superusers/auth-with-password'
const { token } = await call('POST', signIn, { identity: email, password })
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
let next = 0
async function worker() {
  while (next < Number(rows)) {
    const n = next++
    const id = `row${String(n).padStart(12, '0')}`
    const record = { id, title: `title ${n}`, views: n % 1000, draft: n % 2 === 0, tags: ['a'] }
    await call('POST', '/api/collections/bench/records', record, token)
  }
}
await Promise.all(Array.from({ length: 32 }, worker))
