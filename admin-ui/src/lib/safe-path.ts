/** A path inside the console, or `otherwise`: what stands in a link must not lead to another host. */
export function safePath(path: string, otherwise: string): string {
  return /^\/_\/[^\\]*$/.test(path) ? path : otherwise
}
