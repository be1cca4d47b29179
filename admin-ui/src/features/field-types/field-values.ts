/** A value that may be one text or several, as a list without blanks. */
export function asList(value: unknown): string[] {
  if (Array.isArray(value))
    return value.filter((item): item is string => typeof item === 'string' && item !== '')
  return typeof value === 'string' && value !== '' ? [value] : []
}

export function asText(value: unknown): string {
  if (typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''
}

/** A field holds several values from two on; 0 and 1 both mean a single one. */
export function holdsMany(field: { maxSelect: number }): boolean {
  return field.maxSelect > 1
}

/** Joins the parts of a summary that have something to say. */
export function sentence(...parts: (string | false)[]): string {
  return parts.filter((part) => part !== false && part !== '').join(' · ')
}

export function rangeInWords(min: number | null, max: number | null): string {
  if (min !== null && max !== null) return `${min} to ${max}`
  if (min !== null) return `from ${min}`
  return max === null ? '' : `up to ${max}`
}
