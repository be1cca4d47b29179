import type { LiveAction, LiveClientFrame, LiveServerFrame, RecordData } from '../wire'

export type LiveStatus = 'connecting' | 'live' | 'offline'

export interface LiveEvent {
  action: LiveAction
  record: RecordData
  cursor: string
}

/** What a page listens to. */
export interface LiveTopic {
  topic: string
  expand: string
  onEvent: (event: LiveEvent) => void
  /** Events may have been missed: what is on the screen must be fetched afresh. */
  onReset: () => void
}

/** The part of a WebSocket that the connection uses. */
export interface Socket {
  send: (text: string) => void
  close: () => void
  onmessage: ((event: { data: unknown }) => void) | null
  onclose: ((event: { code: number }) => void) | null
}

export interface LiveSurroundings {
  open: () => Socket
  token: () => string | null
  /** Runs `deed` after `ms`; the returned function cancels it. */
  after: (ms: number, deed: () => void) => () => void
}

interface Subscription {
  readonly ask: LiveTopic
  sub: string
  cursor: string | null
  hasBeenLive: boolean
}

/** The server closes with this code when the token is no longer good. */
const CLOSED_SIGNED_OUT = 4401
const PING_EVERY_MS = 25_000
const LONGEST_WAIT_MS = 30_000

/** How long to wait before the n-th new attempt (from 0). */
export function waitBeforeAttempt(attempt: number): number {
  return Math.min(LONGEST_WAIT_MS, 1000 * 2 ** Math.min(attempt, 10))
}

/**
 * One websocket for the whole tab, speaking `underpin.v1`.
 *
 * It opens with the first subscriber and closes with the last. A lost connection is opened again,
 * and each topic resumes after the last event it has seen.
 */
export class LiveConnection {
  status: LiveStatus = 'offline'
  private socket: Socket | null = null
  private isSignedIn = false
  private attempts = 0
  private lastId = 0
  private cancelTimer: (() => void) | null = null
  private readonly subscriptions = new Set<Subscription>()
  private readonly answers = new Map<string, (frame: LiveServerFrame) => void>()
  private readonly statusListeners = new Set<() => void>()

  constructor(private readonly surroundings: LiveSurroundings) {}

  /** Listens to a topic until the returned function is called. */
  subscribe(ask: LiveTopic): () => void {
    const subscription: Subscription = { ask, sub: '', cursor: null, hasBeenLive: false }
    this.subscriptions.add(subscription)
    if (this.socket === null) this.connect()
    else if (this.isSignedIn) this.start(subscription)
    return () => {
      if (!this.subscriptions.delete(subscription)) return
      if (this.subscriptions.size === 0) this.disconnect()
      else if (subscription.sub !== '') this.ask({ type: 'unsubscribe', id: '', sub: subscription.sub })
    }
  }

  onStatus(listener: () => void): () => void {
    this.statusListeners.add(listener)
    return () => this.statusListeners.delete(listener)
  }

  /** The token was renewed, the network is back, or the person asked: try at once. */
  wake(): void {
    if (this.subscriptions.size === 0) return
    if (this.socket === null) this.connect()
    else if (this.isSignedIn) this.ask({ type: 'auth', id: '', token: this.surroundings.token() })
  }

  private connect(): void {
    this.stopTimer()
    if (this.surroundings.token() === null) return
    this.setStatus('connecting')
    const socket = this.surroundings.open()
    this.socket = socket
    socket.onmessage = ({ data }) => {
      if (typeof data === 'string') this.receive(JSON.parse(data) as LiveServerFrame)
    }
    socket.onclose = ({ code }) => this.lost(code)
  }

  private disconnect(): void {
    this.stopTimer()
    const socket = this.socket
    this.forgetSocket()
    if (socket) {
      socket.onclose = null
      socket.onmessage = null
      socket.close()
    }
    this.setStatus('offline')
  }

  private lost(code: number): void {
    this.forgetSocket()
    this.stopTimer()
    this.setStatus('offline')
    if (this.subscriptions.size === 0 || code === CLOSED_SIGNED_OUT) return
    this.cancelTimer = this.surroundings.after(waitBeforeAttempt(this.attempts), () => this.connect())
    this.attempts += 1
  }

  private forgetSocket(): void {
    this.socket = null
    this.isSignedIn = false
    this.answers.clear()
    for (const subscription of this.subscriptions) subscription.sub = ''
  }

  private receive(frame: LiveServerFrame): void {
    if (frame.type === 'ready') this.introduce()
    else if (frame.type === 'ok' || frame.type === 'error') this.settle(frame)
    else this.deliver(frame)
  }

  private introduce(): void {
    this.ask({ type: 'auth', id: '', token: this.surroundings.token() }, (answer) => {
      if (answer.type !== 'ok') return
      this.isSignedIn = true
      this.attempts = 0
      this.setStatus('live')
      for (const subscription of this.subscriptions) this.start(subscription)
      this.keepAlive()
    })
  }

  private start(subscription: Subscription): void {
    const { topic, expand } = subscription.ask
    this.lastId += 1
    subscription.sub = `s${this.lastId}`
    const frame: LiveClientFrame = { type: 'subscribe', id: '', sub: subscription.sub, topic }
    if (expand !== '') frame.expand = expand
    if (subscription.cursor !== null) frame.since = subscription.cursor
    const mayHaveMissed = subscription.hasBeenLive && subscription.cursor === null
    this.ask(frame, (answer) => {
      if (answer.type !== 'ok') return
      subscription.hasBeenLive = true
      subscription.cursor ??= answer.cursor ?? null
      if (mayHaveMissed) subscription.ask.onReset()
    })
  }

  private deliver(frame: Extract<LiveServerFrame, { sub: string }>): void {
    const subscription = [...this.subscriptions].find(({ sub }) => sub === frame.sub)
    if (!subscription) return
    if (frame.type === 'event') {
      subscription.cursor = frame.cursor
      subscription.ask.onEvent({ action: frame.action, record: frame.record, cursor: frame.cursor })
    } else if (frame.type === 'lagged') {
      subscription.cursor = frame.cursor
      this.ask({ type: 'unsubscribe', id: '', sub: frame.sub })
      this.start(subscription)
    } else {
      subscription.cursor = null
      subscription.ask.onReset()
    }
  }

  private settle(frame: Extract<LiveServerFrame, { type: 'ok' | 'error' }>): void {
    if (frame.id === undefined) return
    const answer = this.answers.get(frame.id)
    this.answers.delete(frame.id)
    answer?.(frame)
  }

  private ask(
    frame: LiveClientFrame,
    onAnswer?: (answer: Extract<LiveServerFrame, { type: 'ok' | 'error' }>) => void,
  ) {
    this.lastId += 1
    const id = String(this.lastId)
    if (onAnswer)
      this.answers.set(id, (answer) => {
        if (answer.type === 'ok' || answer.type === 'error') onAnswer(answer)
      })
    this.socket?.send(JSON.stringify({ ...frame, id }))
  }

  private keepAlive(): void {
    this.stopTimer()
    this.cancelTimer = this.surroundings.after(PING_EVERY_MS, () => {
      this.ask({ type: 'ping', id: '' })
      this.keepAlive()
    })
  }

  private stopTimer(): void {
    this.cancelTimer?.()
    this.cancelTimer = null
  }

  private setStatus(status: LiveStatus): void {
    if (this.status === status) return
    this.status = status
    for (const listener of this.statusListeners) listener()
  }
}
