/** A `CREATE INDEX` statement taken apart, as far as the index editor needs it. */
export interface IndexParts {
  isUnique: boolean
  name: string
  columns: string[]
  /** What follows the columns, e.g. `WHERE …`. */
  tail: string
}

const CREATE =
  /^\s*CREATE\s+(UNIQUE\s+)?INDEX\s+(?:IF\s+NOT\s+EXISTS\s+)?[`"[]?([\w.]+)[`"\]]?\s+ON\s+[`"[]?\w*[`"\]]?\s*\(([^()]*)\)\s*(.*)$/is

function bareName(column: string): string {
  return column.trim().replace(/^[`"[]|[`"\]]$/g, '')
}

/** Reads a statement; null when it is more than a list of plain columns. */
export function parseIndex(sql: string): IndexParts | null {
  const found = CREATE.exec(sql)
  if (!found) return null
  const columns = (found[3] ?? '').split(',').map(bareName)
  if (columns.some((column) => !/^\w*$/.test(column))) return null
  return {
    isUnique: found[1] !== undefined,
    name: found[2] ?? '',
    columns: columns.filter((column) => column !== ''),
    tail: (found[4] ?? '').trim(),
  }
}

export function buildIndex(parts: IndexParts, table: string): string {
  const columns = parts.columns.map((column) => `\`${column}\``).join(', ')
  const head = `CREATE ${parts.isUnique ? 'UNIQUE ' : ''}INDEX \`${parts.name}\` ON \`${table}\` (${columns})`
  return parts.tail === '' ? head : `${head} ${parts.tail}`
}

/** The statement after a field got another name, its condition included. */
export function renameInIndex(sql: string, from: string, to: string): string {
  return sql.replace(new RegExp(`([\`"[(,\\s])${from}([\`"\\]),\\s])`, 'g'), `$1${to}$2`)
}
