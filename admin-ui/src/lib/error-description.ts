export interface ErrorDescription {
  message: string
  /** What the server’s log knows this failure by. */
  requestId?: string
}

/** Puts any thrown value into words. */
export function describeError(error: unknown): ErrorDescription {
  if (!(error instanceof Error)) return { message: 'Something unexpected went wrong.' }
  if ('requestId' in error && typeof error.requestId === 'string') {
    return { message: error.message, requestId: error.requestId }
  }
  return { message: error.message }
}
