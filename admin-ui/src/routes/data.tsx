import { createRoute, redirect } from '@tanstack/react-router'
import { DataHomePage } from '@/features/shell/data-home-page'
import { consoleRoute } from './console'

export const indexRoute = createRoute({
  getParentRoute: () => consoleRoute,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/data' })
  },
})

export const dataRoute = createRoute({
  getParentRoute: () => consoleRoute,
  path: '/data',
  component: DataHomePage,
})
