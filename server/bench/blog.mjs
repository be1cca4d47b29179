// What the query bench does besides asking: node blog.mjs BASE EMAIL PASSWORD COMMAND …
//   rule TEXT      the list rule of posts ("-" for the open one)
//   token          signs a person in and prints the token
//   delete COUNT   deletes so many people with their posts, one by one; prints the seconds it took
//   delete-batch COUNT   the same in one batch
import { client, signIn } from './client.mjs'

const [base, email, password, command, argument] = process.argv.slice(2)

const call = client(base)
const token = await signIn(call, '_superusers', email, password)

if (command === 'rule') {
  await call('PATCH', '/api/collections/posts', { listRule: argument === '-' ? '' : argument }, token)
} else if (command === 'token') {
  process.stdout.write(await signIn(call, 'people', 'p7@example.com', 'benchbench'))
} else if (command === 'delete' || command === 'delete-batch') {
  const path = (n) => `/api/collections/people/records/person${String(n).padStart(9, '0')}`
  const requests = Array.from({ length: Number(argument) }, (_, n) => ({ method: 'DELETE', url: path(n) }))
  if (command === 'delete-batch') {
    const batch = { enabled: true, maxRequests: requests.length, timeout: 600 }
    await call('PATCH', '/api/settings', { batch }, token)
  }
  const begun = performance.now()
  if (command === 'delete-batch') {
    await call('POST', '/api/batch', { requests }, token)
  } else {
    for (const { method, url } of requests) await call(method, url, undefined, token)
  }
  process.stdout.write(((performance.now() - begun) / 1000).toFixed(3))
}
