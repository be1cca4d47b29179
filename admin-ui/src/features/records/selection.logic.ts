/** The ids between two rows, both included, in the order shown. */
function between(shown: readonly string[], from: string, to: string): string[] {
  const [start, end] = [shown.indexOf(from), shown.indexOf(to)].sort((a, b) => a - b)
  return start === undefined || end === undefined || start < 0 ? [to] : shown.slice(start, end + 1)
}

/** The selection after a row is ticked or not; with Shift all rows from the one ticked before. */
export function toggleRows(
  selected: ReadonlySet<string>,
  shown: readonly string[],
  id: string,
  anchor: string | null,
): ReadonlySet<string> {
  const next = new Set(selected)
  const isOn = !selected.has(id)
  for (const row of anchor === null ? [id] : between(shown, anchor, id)) {
    if (isOn) next.add(row)
    else next.delete(row)
  }
  return next
}
