import type { Collection, Field } from '@/api/wire'
import { typeOf } from '../field-types/table'

/** Secrets that only the server needs. */
function isInternal(field: Field): boolean {
  return field.system && field.name === 'tokenKey'
}

/** The fields that can be columns, the id first. */
export function columnFields(fields: readonly Field[]): Field[] {
  const shown = fields.filter((field) => !isInternal(field) && typeOf(field).hasColumn !== false)
  return shown.sort((a, b) => Number(b.name === 'id') - Number(a.name === 'id'))
}

/** The fields with an input in the record form; the id only while a record is being made, and last. */
export function formFields(fields: readonly Field[], isNew: boolean): Field[] {
  const asked = fields.filter(
    (field) => !isInternal(field) && typeOf(field).Input !== undefined && (isNew || field.name !== 'id'),
  )
  return asked.sort((a, b) => Number(a.name === 'id') - Number(b.name === 'id'))
}

/** Related records come along, so that they can be shown by name. */
export function expandOf(fields: readonly Field[]): string {
  return fields
    .filter(({ type }) => type === 'relation')
    .map(({ name }) => name)
    .join(',')
}

/** Newest first where the collection knows when records were made. */
export function standardSort(collection: Pick<Collection, 'fields'>): string {
  const made = collection.fields.find(
    (field) => field.type === 'autodate' && field.onCreate && !field.onUpdate,
  )
  return made ? `-${made.name}` : ''
}

export function searchableFields(fields: readonly Field[]): string[] {
  return [
    'id',
    ...fields
      .filter((field) => typeOf(field).isSearchable === true && field.name !== 'id' && !isInternal(field))
      .map(({ name }) => name),
  ]
}
