import { createRoute, useNavigate } from '@tanstack/react-router'
import { SetupPage } from '@/features/sign-in/setup-page'
import { rootRoute } from './root'

export const setupRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/setup/$token',
  component: function Setup() {
    const { token } = setupRoute.useParams()
    const navigate = useNavigate()
    return <SetupPage token={token} onDone={() => void navigate({ to: '/data', replace: true })} />
  },
})
