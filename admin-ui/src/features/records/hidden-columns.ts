import { useState } from 'react'

const keyOf = (collectionId: string) => `underpin.console.hidden-columns.${collectionId}`

function stored(collectionId: string): string[] {
  const text = localStorage.getItem(keyOf(collectionId))
  return text === null || text === '' ? [] : text.split(',')
}

/** Which columns this person has put away, kept in this browser. */
export function useHiddenColumns(collectionId: string) {
  const [hidden, setHidden] = useState<ReadonlySet<string>>(() => new Set(stored(collectionId)))
  const toggle = (name: string) => {
    const next = new Set(hidden)
    if (!next.delete(name)) next.add(name)
    localStorage.setItem(keyOf(collectionId), [...next].join(','))
    setHidden(next)
  }
  return { hidden, toggle }
}
