const counts = new Intl.NumberFormat('en')

/** `1 record`, `1,204 records`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${counts.format(count)} ${count === 1 ? one : many}`
}
