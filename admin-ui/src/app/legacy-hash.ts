/**
 * Turns the hash addresses that older links use into paths of the console, without the base.
 * Null: the hash is none of them.
 */
export function pathOfHash(hash: string): string | null {
  const [path = '', query = ''] = hash.replace(/^#/, '').split('?', 2)
  const install = /^\/pbinstall\/([\w.-]+)$/.exec(path)
  if (install?.[1] !== undefined) return `/setup/${install[1]}`
  if (path === '/login') return '/login'
  if (path !== '/collections') return null

  const asked = new URLSearchParams(query)
  const collection = asked.get('collection')
  if (collection === null || collection === '') return '/data'
  const search = new URLSearchParams()
  for (const [from, to] of [
    ['filter', 'filter'],
    ['sort', 'sort'],
    ['record', 'rec'],
  ] as const) {
    const value = asked.get(from)
    if (value !== null && value !== '') search.set(to, value)
  }
  const text = search.toString()
  return `/data/${encodeURIComponent(collection)}${text === '' ? '' : `?${text}`}`
}
