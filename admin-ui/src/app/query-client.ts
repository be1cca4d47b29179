import { QueryClient } from '@tanstack/react-query'
import { ApiError } from '@/api/api-error'

const RETRIED = new Set(['offline', 'busy', 'server'])

/** Repeats what may pass by itself; a refusal stays a refusal. */
function shouldRetry(failures: number, error: Error): boolean {
  return failures < 2 && error instanceof ApiError && RETRIED.has(error.kind)
}

export const queryClient = new QueryClient({
  defaultOptions: { queries: { retry: shouldRetry, staleTime: 5_000 } },
})
