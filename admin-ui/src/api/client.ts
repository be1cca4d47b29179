import { ApiError } from './api-error'
import { session } from './session'
import type { ErrorBody } from './wire'

export type QueryValue = string | number | boolean | undefined

export interface Ask {
  query?: Record<string, QueryValue>
  /** An object is sent as JSON, FormData as multipart. */
  body?: unknown
  signal?: AbortSignal
  /** Stands in for the session's token. With it, a 401 does not end the session. */
  token?: string
}

function newRequestId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('')
}

function urlOf(path: string, query: Ask['query'] = {}): string {
  const search = new URLSearchParams()
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') search.set(key, String(value))
  }
  const text = search.toString()
  return text === '' ? `/api${path}` : `/api${path}?${text}`
}

async function errorFrom(response: Response, requestId: string): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => null)
  const known: Partial<ErrorBody> = typeof body === 'object' && body !== null ? body : {}
  const message = known.message ?? `The server answered ${response.status} ${response.statusText}.`
  return new ApiError(response.status, message, requestId, known.data)
}

/** Sends one request to the server. Throws `ApiError`, or the abort of `signal`. */
export async function request<T>(method: string, path: string, ask: Ask = {}): Promise<T> {
  const ownId = newRequestId()
  const token = ask.token ?? session.token()
  const headers: Record<string, string> = { Accept: 'application/json', 'X-Request-Id': ownId }
  if (token !== null && token !== '') headers['Authorization'] = token
  const isForm = ask.body instanceof FormData
  if (ask.body !== undefined && !isForm) headers['Content-Type'] = 'application/json'

  const init: RequestInit = { method, headers, credentials: 'omit' }
  if (ask.body !== undefined) init.body = isForm ? (ask.body as FormData) : JSON.stringify(ask.body)
  if (ask.signal) init.signal = ask.signal

  const response = await fetch(urlOf(path, ask.query), init).catch((cause: unknown) => {
    if (ask.signal?.aborted) throw cause
    throw new ApiError(
      0,
      'The server can’t be reached. Check that it is running and that you are online.',
      ownId,
    )
  })
  if (!response.ok) {
    const error = await errorFrom(response, response.headers.get('X-Request-Id') ?? ownId)
    if (error.kind === 'signed-out' && ask.token === undefined) session.end()
    throw error
  }
  if (response.status === 204) return undefined as T
  return (await response.json()) as T
}
