import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { useEffect } from 'react'
import { session } from '@/api/session'
import { Toaster } from '@/components/ui/toaster'
import { queryClient } from './query-client'
import { router } from './router'

/** When the session ends, here or in another tab, what was fetched is forgotten and the gate asked again. */
function useSessionEnd() {
  useEffect(
    () =>
      session.subscribe(() => {
        if (session.token() !== null) return
        queryClient.clear()
        void router.invalidate()
      }),
    [],
  )
}

export function App() {
  useSessionEnd()
  return (
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
      <Toaster />
    </QueryClientProvider>
  )
}
