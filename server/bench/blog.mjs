// What the query bench does besides asking: node blog.mjs BASE EMAIL PASSWORD COMMAND …
//   rule TEXT      the list rule of posts ("-" for the open one)
//   token          signs a person in and prints the token
//   delete COUNT   deletes so many people with their posts, prints the seconds it took
import { client, signIn } from './client.mjs'

const [base, email, password, command, argument] = process.argv.slice(2)

const call = client(base)
const token = await signIn(call, '_superusers', email, password)

if (command === 'rule') {
  await call('PATCH', '/api/collections/posts', { listRule: argument === '-' ? '' : argument }, token)
} else if (command === 'token') {
  process.stdout.write(await signIn(call, 'people', 'p7@example.com', 'benchbench'))
} else if (command === 'delete') {
  const begun = performance.now()
  for (let n = 0; n < Number(argument); n++) {
    await call('DELETE', `/api/collections/people/records/person${String(n).padStart(9, '0')}`, undefined, token)
  }
  process.stdout.write(((performance.now() - begun) / 1000).toFixed(3))
}
