export type Direction = 'ascending' | 'descending'

/** How the list is sorted by this field, if it is. */
export function directionOf(sort: string, field: string): Direction | null {
  if (sort === field) return 'ascending'
  return sort === `-${field}` ? 'descending' : null
}

/** The sort after a press on the field’s header: ascending, descending, none. */
export function nextSort(sort: string, field: string): string {
  const direction = directionOf(sort, field)
  if (direction === null) return field
  return direction === 'ascending' ? `-${field}` : ''
}
