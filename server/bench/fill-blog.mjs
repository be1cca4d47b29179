// Makes the blog that the query bench asks: node fill-blog.mjs BASE EMAIL PASSWORD POSTS
//
// 200 people, each with as many posts as any other; a post has labels, up to three readers and a
// text of some twenty words out of a thousand.
import { all, client, signIn } from './client.mjs'

const [base, email, password, count] = process.argv.slice(2)
const posts = Number(count)
const people = 200

const call = client(base)

// The same numbers on every run.
let state = 12345
function random(below) {
  state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff
  return Math.floor((state / 0x80000000) * below)
}

const word = () => `word${random(1000)}`
const person = (n) => `person${String(n).padStart(9, '0')}`

const token = await signIn(call, '_superusers', email, password)
const make = (definition) => call('POST', '/api/collections', definition, token)

const closed = { listRule: '', viewRule: '', createRule: null }
const peopleCollection = await make({
  name: 'people', type: 'auth', ...closed,
  fields: [
    { name: 'name', type: 'text' },
    { name: 'active', type: 'bool' },
  ],
})
await make({
  name: 'posts', type: 'base', ...closed,
  fields: [
    { name: 'title', type: 'text' },
    { name: 'body', type: 'text' },
    { name: 'views', type: 'number' },
    { name: 'status', type: 'select', values: ['draft', 'open', 'archived'], maxSelect: 1 },
    { name: 'labels', type: 'select', values: ['a', 'b', 'c', 'd', 'e'], maxSelect: 5 },
    { name: 'author', type: 'relation', collectionId: peopleCollection.id, maxSelect: 1, cascadeDelete: true },
    { name: 'readers', type: 'relation', collectionId: peopleCollection.id, maxSelect: 10 },
    { name: 'created', type: 'autodate', onCreate: true },
  ],
  indexes: ['CREATE INDEX `idx_posts_author` ON `posts` (`author`)'],
})

await all(people, (n) =>
  call('POST', '/api/collections/people/records', {
    id: person(n), email: `p${n}@example.com`, password: 'benchbench', passwordConfirm: 'benchbench',
    name: `Person ${n}`, active: n % 4 !== 0, verified: true,
  }, token))

const rows = Array.from({ length: posts }, (_, n) => ({
  id: `post${String(n).padStart(11, '0')}`,
  title: `${word()} ${word()} ${word()}`,
  body: Array.from({ length: 20 }, word).join(' '),
  views: random(10000),
  status: ['draft', 'open', 'open', 'archived'][random(4)],
  labels: ['a', 'b', 'c', 'd', 'e'].filter(() => random(3) === 0),
  author: person(n % people),
  readers: [...new Set([person(random(people)), person(random(people)), person(random(people))])],
}))
await all(posts, (n) => call('POST', '/api/collections/posts/records', rows[n], token))
