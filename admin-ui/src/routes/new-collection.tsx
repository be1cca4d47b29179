import { createRoute, lazyRouteComponent, useNavigate } from '@tanstack/react-router'
import * as z from 'zod/mini'
import { consoleRoute } from './console'

const NewCollectionPage = lazyRouteComponent(
  () => import('@/features/collections/new-collection-page'),
  'NewCollectionPage',
)

export const newCollectionRoute = createRoute({
  getParentRoute: () => consoleRoute,
  path: '/data/new',
  validateSearch: z.object({ type: z.catch(z._default(z.enum(['base', 'auth']), 'base'), 'base') }),
  component: function NewCollection() {
    const { type } = newCollectionRoute.useSearch()
    const navigate = useNavigate()
    return (
      <NewCollectionPage
        type={type}
        onTypeChange={(next) => void navigate({ to: '/data/new', search: { type: next }, replace: true })}
      />
    )
  },
})
