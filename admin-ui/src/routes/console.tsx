import { createRoute, redirect } from '@tanstack/react-router'
import { session } from '@/api/session'
import { ConsoleFrame } from '@/features/shell/console-frame'
import { rootRoute } from './root'

/** Everything behind the sign-in. */
export const consoleRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'console',
  beforeLoad: ({ location }) => {
    if (session.token() === null) throw redirect({ to: '/login', search: { next: `/_${location.href}` } })
  },
  component: ConsoleFrame,
})
