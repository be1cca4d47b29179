// What the query bench does besides asking: node blog.mjs BASE EMAIL PASSWORD COMMAND …
//   rule TEXT      the list rule of posts ("-" for the open one)
//   token          signs a person in and prints the token
//   delete COUNT   deletes so many people with their posts, prints the seconds it took
const [base, email, password, command, argument] = process.argv.slice(2)

async function call(method, path, body, token) {
  const headers = { 'Content-Type': 'application/json' }
  if (token) headers.Authorization = token
  const answer = await fetch(base + path, { method, headers, body: body && JSON.stringify(body) })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
  return text && JSON.parse(text)
}

const signIn = (collection, identity, secret) =>
  call('POST', `/api/collections/${collection}/auth-with-password`, { identity, password: secret })
const { token } = await signIn('_superusers', email, password)

if (command === 'rule') {
  await call('PATCH', '/api/collections/posts', { listRule: argument === '-' ? '' : argument }, token)
} else if (command === 'token') {
  process.stdout.write((await signIn('people', 'p7@example.com', 'benchbench')).token)
} else if (command === 'delete') {
  const begun = performance.now()
  for (let n = 0; n < Number(argument); n++) {
    await call('DELETE', `/api/collections/people/records/person${String(n).padStart(9, '0')}`, undefined, token)
  }
  process.stdout.write(((performance.now() - begun) / 1000).toFixed(3))
}
