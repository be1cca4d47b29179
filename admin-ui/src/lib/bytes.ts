const UNITS = ['B', 'KB', 'MB', 'GB', 'TB']

/** A size in words: `5 MB`, `1.5 KB`. Counts in 1024s, as the server’s limits do. */
export function bytesInWords(bytes: number): string {
  let size = bytes
  let unit = 0
  while (size >= 1024 && unit < UNITS.length - 1) {
    size /= 1024
    unit += 1
  }
  return `${Number(size.toFixed(1))} ${UNITS[unit] ?? ''}`
}
