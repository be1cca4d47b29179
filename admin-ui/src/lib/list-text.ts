/** Parts a text at commas and line breaks; blanks and repeats are dropped. */
export function splitList(text: string): string[] {
  const parts = text.split(/[,\n]/).map((part) => part.trim())
  return [...new Set(parts.filter((part) => part !== ''))]
}

export function joinList(list: readonly string[]): string {
  return list.join(', ')
}
