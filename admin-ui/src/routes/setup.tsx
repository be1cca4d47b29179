import { createRoute, lazyRouteComponent, useNavigate } from '@tanstack/react-router'
import { rootRoute } from './root'

const SetupPage = lazyRouteComponent(() => import('@/features/sign-in/setup-page'), 'SetupPage')

export const setupRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/setup/$token',
  component: function Setup() {
    const { token } = setupRoute.useParams()
    const navigate = useNavigate()
    return <SetupPage token={token} onDone={() => void navigate({ to: '/data', replace: true })} />
  },
})
