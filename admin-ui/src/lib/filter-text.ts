const OPERATOR = /(?:!=|\?|>=|<=|[=<>~])/

/** Text without any operator is a term to look for, not a filter. */
export function isSearchTerm(text: string): boolean {
  return text.trim() !== '' && !OPERATOR.test(text)
}

/** A text literal of the filter language. A literal can’t end in a backslash, so trailing ones are dropped. */
export function quote(text: string): string {
  const inner = text.replace(/\\+$/, '').replaceAll('"', '\\"')
  return `"${inner}"`
}

/** The filter that looks for a term in any of the fields. */
export function searchFilter(term: string, fields: readonly string[]): string {
  const literal = quote(term.trim())
  return fields.map((field) => `${field} ~ ${literal}`).join(' || ')
}

/** What is typed in the filter bar, as the server wants it: a filter as it is, a term as a search. */
export function filterFor(text: string, searchable: readonly string[]): string {
  const trimmed = text.trim()
  return isSearchTerm(trimmed) ? searchFilter(trimmed, searchable) : trimmed
}
