import { beforeEach, expect, test } from 'vitest'
import { LiveConnection, waitBeforeAttempt, type LiveEvent, type Socket } from './connection'

interface Sent {
  type: string
  id: string
  sub?: string
  since?: string
  token?: string
}

class FakeSocket implements Socket {
  onmessage: Socket['onmessage'] = null
  onclose: Socket['onclose'] = null
  sent: Sent[] = []
  isClosed = false
  send(text: string) {
    this.sent.push(JSON.parse(text) as Sent)
  }
  close() {
    this.isClosed = true
  }
  says(frame: object) {
    this.onmessage?.({ data: JSON.stringify(frame) })
  }
  last(type: string): Sent {
    const found = this.sent.findLast((frame) => frame.type === type)
    if (!found) throw new Error(`nothing of type ${type} was sent`)
    return found
  }
  admit() {
    this.says({ type: 'ready', connection: 'c1' })
    this.says({ type: 'ok', id: this.last('auth').id })
  }
}

let sockets: FakeSocket[]
let timers: { ms: number; deed: () => void }[]
let events: LiveEvent[]
let resets: number
let live: LiveConnection

const socket = (index: number) => {
  const found = sockets[index]
  if (!found) throw new Error(`socket ${index} was never opened`)
  return found
}

const listen = (topic = 'posts') =>
  live.subscribe({ topic, expand: '', onEvent: (event) => events.push(event), onReset: () => (resets += 1) })

beforeEach(() => {
  sockets = []
  timers = []
  events = []
  resets = 0
  live = new LiveConnection({
    open: () => {
      const opened = new FakeSocket()
      sockets.push(opened)
      return opened
    },
    token: () => 'token-1',
    after: (ms, deed) => {
      const timer = { ms, deed }
      timers.push(timer)
      return () => (timers = timers.filter((other) => other !== timer))
    },
  })
})

test('nothing is sent before the server is ready, then the token goes first', () => {
  listen()
  expect(socket(0).sent).toEqual([])
  socket(0).says({ type: 'ready', connection: 'c1' })
  expect(socket(0).sent.map((frame) => frame.type)).toEqual(['auth'])
  expect(socket(0).last('auth').token).toBe('token-1')
  socket(0).says({ type: 'ok', id: socket(0).last('auth').id })
  expect(socket(0).last('subscribe')).toMatchObject({ topic: 'posts' })
  expect(live.status).toBe('live')
})

test('events reach the topic they belong to', () => {
  listen()
  socket(0).admit()
  const { sub } = socket(0).last('subscribe')
  socket(0).says({ type: 'event', sub, action: 'create', record: { id: 'r1' }, cursor: 'k1' })
  socket(0).says({ type: 'event', sub: 'other', action: 'create', record: { id: 'r2' }, cursor: 'k2' })
  expect(events.map((event) => event.record.id)).toEqual(['r1'])
})

test('after a lost connection each topic resumes behind the last event seen', () => {
  listen()
  socket(0).admit()
  const { sub } = socket(0).last('subscribe')
  socket(0).says({ type: 'event', sub, action: 'update', record: { id: 'r1' }, cursor: 'k7' })
  socket(0).onclose?.({ code: 1006 })
  expect(live.status).toBe('offline')
  timers[0]?.deed()
  socket(1).admit()
  expect(socket(1).last('subscribe').since).toBe('k7')
  expect(resets).toBe(0)
})

test('the cursor of the subscription’s own answer is enough to resume', () => {
  listen()
  socket(0).admit()
  socket(0).says({ type: 'ok', id: socket(0).last('subscribe').id, cursor: 'k3' })
  socket(0).onclose?.({ code: 1006 })
  timers[0]?.deed()
  socket(1).admit()
  expect(socket(1).last('subscribe').since).toBe('k3')
})

test('without any cursor a new connection asks for a fresh list', () => {
  listen()
  socket(0).admit()
  socket(0).says({ type: 'ok', id: socket(0).last('subscribe').id })
  socket(0).onclose?.({ code: 1006 })
  timers[0]?.deed()
  socket(1).admit()
  expect(resets).toBe(0)
  socket(1).says({ type: 'ok', id: socket(1).last('subscribe').id })
  expect(resets).toBe(1)
})

test('a reset drops the cursor and asks for a fresh list', () => {
  listen()
  socket(0).admit()
  const { sub } = socket(0).last('subscribe')
  socket(0).says({ type: 'event', sub, action: 'update', record: { id: 'r1' }, cursor: 'k7' })
  socket(0).says({ type: 'reset', sub, reason: 'too old' })
  expect(resets).toBe(1)
  socket(0).onclose?.({ code: 1006 })
  timers[0]?.deed()
  socket(1).admit()
  expect(socket(1).last('subscribe').since).toBeUndefined()
})

test('who lags subscribes again from the cursor given', () => {
  listen()
  socket(0).admit()
  const { sub } = socket(0).last('subscribe')
  socket(0).says({ type: 'lagged', sub, cursor: 'k9' })
  expect(socket(0).last('unsubscribe').sub).toBe(sub)
  expect(socket(0).last('subscribe').since).toBe('k9')
  expect(socket(0).last('subscribe').sub).not.toBe(sub)
})

test('the last to leave closes the connection, and nothing reconnects', () => {
  const first = listen('posts')
  const second = listen('users')
  socket(0).admit()
  first()
  expect(socket(0).isClosed).toBe(false)
  second()
  expect(socket(0).isClosed).toBe(true)
  expect(timers).toEqual([])
})

test('a connection closed for a bad token waits for a new one', () => {
  listen()
  socket(0).admit()
  socket(0).onclose?.({ code: 4401 })
  expect(timers).toEqual([])
  live.wake()
  expect(sockets).toHaveLength(2)
})

test('waits grow and stay bounded', () => {
  expect([0, 1, 2, 3, 50].map(waitBeforeAttempt)).toEqual([1000, 2000, 4000, 8000, 30_000])
})
