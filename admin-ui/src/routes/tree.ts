import { accessRoute, collectionRoute, recordsRoute, schemaRoute } from './collection'
import { consoleRoute } from './console'
import { dataRoute, indexRoute } from './data'
import { loginRoute } from './login'
import { newCollectionRoute } from './new-collection'
import { rootRoute } from './root'
import { setupRoute } from './setup'

export const routeTree = rootRoute.addChildren([
  loginRoute,
  setupRoute,
  consoleRoute.addChildren([
    indexRoute,
    dataRoute,
    newCollectionRoute,
    collectionRoute.addChildren([recordsRoute, schemaRoute, accessRoute]),
  ]),
])
