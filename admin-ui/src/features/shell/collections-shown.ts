import type { Collection } from '@/api/wire'

/** The collections of the rail: a search goes through the system’s own as well. */
export function collectionsShown(
  all: readonly Collection[],
  search: string,
  withSystem: boolean,
): Collection[] {
  const term = search.trim().toLowerCase()
  const found = all.filter(({ name, system }) =>
    term === '' ? withSystem || !system : name.toLowerCase().includes(term),
  )
  return found.sort((a, b) => Number(a.system) - Number(b.system) || a.name.localeCompare(b.name))
}
