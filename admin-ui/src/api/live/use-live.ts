import { useEffect, useEffectEvent, useSyncExternalStore } from 'react'
import { session } from '../session'
import { LiveConnection, type LiveEvent, type LiveStatus, type Socket } from './connection'

const PROTOCOL = 'underpin.v1'

function openSocket(): Socket {
  const scheme = window.location.protocol === 'https:' ? 'wss' : 'ws'
  const native = new WebSocket(`${scheme}://${window.location.host}/api/realtime/ws`, PROTOCOL)
  const socket: Socket = {
    send: (text) => native.send(text),
    close: () => native.close(),
    onmessage: null,
    onclose: null,
  }
  native.onmessage = (event) => socket.onmessage?.({ data: event.data })
  native.onclose = ({ code }) => socket.onclose?.({ code })
  return socket
}

const live = new LiveConnection({
  open: openSocket,
  token: () => session.token(),
  after: (ms, deed) => {
    const timer = window.setTimeout(deed, ms)
    return () => window.clearTimeout(timer)
  },
})

session.subscribe(() => live.wake())
window.addEventListener('online', () => live.wake())

export interface LiveTopicHandlers {
  onEvent: (event: LiveEvent) => void
  onReset: () => void
}

/** Listens to a topic while the component is shown; to nothing when it is null. */
export function useLiveTopic(topic: string | null, expand: string, handlers: LiveTopicHandlers): void {
  const handleEvent = useEffectEvent(handlers.onEvent)
  const handleReset = useEffectEvent(handlers.onReset)
  useEffect(() => {
    if (topic === null) return
    return live.subscribe({
      topic,
      expand,
      onEvent: (event) => handleEvent(event),
      onReset: () => handleReset(),
    })
  }, [topic, expand])
}

export function useLiveStatus(): LiveStatus {
  return useSyncExternalStore(
    (listener) => live.onStatus(listener),
    () => live.status,
  )
}
