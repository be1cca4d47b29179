import type { LiveEvent } from '@/api/live/connection'
import type { Page, RecordData } from '@/api/wire'

export interface LoggedEvent extends LiveEvent {
  key: number
  at: Date
}

/** Older events are dropped. */
export const LOG_LENGTH = 200

/** A page of records after a change elsewhere. Rows are replaced in place; what moves or appears waits for the refetch. */
export function patchPage(page: Page<RecordData>, { action, record }: LiveEvent): Page<RecordData> {
  if (action !== 'update' && action !== 'enter') return page
  const at = page.items.findIndex(({ id }) => id === record.id)
  const before = page.items[at]
  if (!before) return page
  const merged: RecordData = { ...before, ...record }
  return { ...page, items: page.items.with(at, merged) }
}

/** Puts an event on top of the log. */
export function logEvent(log: readonly LoggedEvent[], event: LiveEvent, at: Date): LoggedEvent[] {
  const key = (log[0]?.key ?? 0) + 1
  return [{ ...event, key, at }, ...log].slice(0, LOG_LENGTH)
}
