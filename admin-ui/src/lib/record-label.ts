interface LabelField {
  name: string
  type: string
  presentable: boolean
}

/** Names that commonly say what a record is, in the order they are tried. */
const TELLING = ['title', 'name', 'label', 'subject', 'username', 'email', 'slug', 'key']
const READABLE = new Set(['text', 'email', 'url', 'number', 'select', 'date'])

/** The fields whose values name a record to a person. */
export function labelFields(fields: readonly LabelField[]): string[] {
  const presentable = fields.filter((field) => field.presentable && READABLE.has(field.type))
  if (presentable.length > 0) return presentable.map((field) => field.name)
  const telling = TELLING.find((name) => fields.some((field) => field.name === name))
  return telling === undefined ? [] : [telling]
}

/** What a record is called in pickers and chips; its id when nothing better is known. */
export function recordLabel(record: Record<string, unknown>, fields: readonly LabelField[]): string {
  const parts = labelFields(fields)
    .map((name) => record[name])
    .filter((value) => (typeof value === 'string' && value !== '') || typeof value === 'number')
  return parts.length > 0 ? parts.join(' · ') : String(record['id'])
}
