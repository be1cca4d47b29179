// What the benches' scripts say to a server.

/** Calls of a server: `call(method, path, body, token)` answers with the JSON, or throws. */
export function client(base) {
  return async (method, path, body, token) => {
    const headers = { 'Content-Type': 'application/json' }
    if (token) headers.Authorization = token
    const answer = await fetch(base + path, { method, headers, body: body && JSON.stringify(body) })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
    return text && JSON.parse(text)
  }
}

/** The token of an account. */
export async function signIn(call, collection, identity, password) {
  const path = `/api/collections/${collection}/auth-with-password`
  return (await call('POST', path, { identity, password })).token
}

/** Does a piece of work for each number below a total, 32 at once. */
export async function all(total, work) {
  let next = 0
  const worker = async () => {
    while (next < total) await work(next++)
  }
  await Promise.all(Array.from({ length: 32 }, worker))
}
