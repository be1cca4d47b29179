const STORED = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?)Z$/

/** Reads the server’s date form, `2026-01-02 10:00:00.123Z`. */
export function parseStored(text: string): Date | null {
  const parts = STORED.exec(text)
  if (!parts) return null
  const date = new Date(`${parts[1] ?? ''}T${parts[2] ?? ''}Z`)
  return Number.isNaN(date.getTime()) ? null : date
}

/** Writes a date in the server’s form. */
export function toStored(date: Date): string {
  return date.toISOString().replace('T', ' ')
}

/** A stored date as the value of a `datetime-local` input that counts in UTC. */
export function toUtcInput(stored: string): string {
  const date = parseStored(stored)
  return date === null ? '' : date.toISOString().slice(0, 19)
}

/** The stored form of a `datetime-local` input that counts in UTC; empty stays empty. */
export function fromUtcInput(value: string): string {
  if (value === '') return ''
  const date = new Date(`${value}Z`)
  return Number.isNaN(date.getTime()) ? '' : toStored(date)
}

/** A stored date to the second, as tables show it: `2026-01-02 10:00:00`. */
export function shortUtc(stored: string): string {
  return stored.replace(/(\.\d+)?Z$/, '')
}

/** The stored date in the words of the person’s own time zone. */
export function localWords(stored: string, locale?: string): string {
  const date = parseStored(stored)
  if (date === null) return stored
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'long' }).format(date)
}

/** The time of day of a moment, to the second. */
export function clockTime(date: Date): string {
  return date.toTimeString().slice(0, 8)
}
