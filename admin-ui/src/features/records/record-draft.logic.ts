import type { Field, RecordData } from '@/api/wire'
import { typeOf } from '../field-types/table'

export type RecordValues = Readonly<Record<string, unknown>>

/** What the form starts with. */
export function startValues(fields: readonly Field[], record: RecordData | null): RecordValues {
  return Object.fromEntries(
    fields.map((field) => [field.name, record ? record[field.name] : typeOf(field).initialValue(field)]),
  )
}

/** Values that are plain data are compared as such; drafts of files and unreadable text are always changes. */
function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  const isPlain = (value: object) => Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype
  return isPlain(a) && isPlain(b) && JSON.stringify(a) === JSON.stringify(b)
}

export function changedFields(fields: readonly Field[], start: RecordValues, values: RecordValues): Field[] {
  return fields.filter(({ name }) => !isSame(start[name] ?? null, values[name] ?? null))
}

/** Whether two versions of a record differ in what the form shows. */
export function differs(fields: readonly Field[], a: RecordValues, b: RecordValues): boolean {
  return changedFields(fields, a, b).length > 0
}

/** What is wrong with the values before the server is asked, by field. */
export function checkValues(fields: readonly Field[], values: RecordValues): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const field of fields) {
    const problem = typeOf(field).check?.(field, values[field.name])
    if (problem !== undefined) found.set(field.name, problem)
  }
  return found
}

/** The request body for the changed fields: JSON, or a form when there are files. */
export function bodyOf(changed: readonly Field[], values: RecordValues): Record<string, unknown> | FormData {
  const json: Record<string, unknown> = {}
  const files: [string, File][] = []
  for (const field of changed) {
    const value = values[field.name]
    const written = typeOf(field).write?.(field, value) ?? { json: { [field.name]: value } }
    Object.assign(json, written.json)
    files.push(...(written.files ?? []))
  }
  if (files.length === 0) return json
  const form = new FormData()
  form.set('@jsonPayload', JSON.stringify(json))
  for (const [key, file] of files) form.append(key, file)
  return form
}
