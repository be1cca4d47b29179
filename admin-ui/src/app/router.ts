import { createRouter } from '@tanstack/react-router'
import { routeTree } from '@/routes/tree'
import { ErrorPage, NotFoundPage } from './error-page'

export const router = createRouter({
  routeTree,
  basepath: '/_',
  defaultPreload: 'intent',
  defaultErrorComponent: ErrorPage,
  defaultNotFoundComponent: NotFoundPage,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
