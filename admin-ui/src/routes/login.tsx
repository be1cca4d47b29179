import { createRoute, lazyRouteComponent, redirect, useRouter } from '@tanstack/react-router'
import * as z from 'zod/mini'
import { session } from '@/api/session'
import { safePath } from '@/lib/safe-path'
import { rootRoute } from './root'

const SignInPage = lazyRouteComponent(() => import('@/features/sign-in/sign-in-page'), 'SignInPage')

export const loginRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/login',
  validateSearch: z.object({ next: z.catch(z._default(z.string(), ''), '') }),
  beforeLoad: ({ search }) => {
    if (session.token() !== null) throw redirect({ href: safePath(search.next, '/_/data') })
  },
  component: function Login() {
    const { next } = loginRoute.useSearch()
    const router = useRouter()
    return <SignInPage onDone={() => router.history.push(safePath(next, '/_/data'))} />
  },
})
