import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import type { LiveEvent } from '@/api/live/connection'
import { useLiveTopic } from '@/api/live/use-live'
import { recordKeys } from '@/api/records/keys'
import type { Collection, Page, RecordData } from '@/api/wire'
import { logEvent, patchPage, type LoggedEvent } from './live-records.logic'

/** Bursts of changes lead to one refetch. */
const REFETCH_DELAY_MS = 300
/** Long enough for the refetch to bring the row and for the row to flash for a second. */
const FLASH_KEPT_MS = 2500

/** Keeps the lists of a collection up to date and tells which rows have just changed. */
export function useLiveRecords(collection: Collection, expand: string) {
  const client = useQueryClient()
  const [log, setLog] = useState<readonly LoggedEvent[]>([])
  const [flashes, setFlashes] = useState<ReadonlyMap<string, number>>(new Map())
  const refetch = useRef<number | null>(null)

  useEffect(
    () => () => {
      if (refetch.current !== null) window.clearTimeout(refetch.current)
    },
    [],
  )

  const refetchSoon = () => {
    refetch.current ??= window.setTimeout(() => {
      refetch.current = null
      void client.invalidateQueries({ queryKey: recordKeys.collection(collection.id) })
    }, REFETCH_DELAY_MS)
  }

  const flash = (id: string) => {
    setFlashes((before) => new Map(before).set(id, (before.get(id) ?? 0) + 1))
    window.setTimeout(() => {
      setFlashes((before) => {
        const next = new Map(before)
        next.delete(id)
        return next
      })
    }, FLASH_KEPT_MS)
  }

  const handleEvent = (event: LiveEvent) => {
    setLog((before) => logEvent(before, event, new Date()))
    flash(event.record.id)
    client.setQueriesData<Page<RecordData>>({ queryKey: recordKeys.lists(collection.id) }, (page) =>
      page ? patchPage(page, event) : page,
    )
    refetchSoon()
  }

  const topic = collection.type === 'view' ? null : collection.name
  useLiveTopic(topic, expand, { onEvent: handleEvent, onReset: refetchSoon })

  return { log, flashes, clearLog: () => setLog([]) }
}
