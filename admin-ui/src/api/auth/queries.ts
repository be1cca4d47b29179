import { queryOptions } from '@tanstack/react-query'
import { request } from '../client'
import { session } from '../session'
import type { AuthAnswer, RecordData } from '../wire'

const SUPERUSERS = '/collections/_superusers'

/** How often a signed-in console asks for a fresh token. */
const REFRESH_EVERY_MS = 10 * 60 * 1000

export const authKeys = { me: ['auth', 'me'] as const }

/** Signs a superuser in and keeps the token. */
export async function signIn(identity: string, password: string): Promise<RecordData> {
  const answer = await request<AuthAnswer>('POST', `${SUPERUSERS}/auth-with-password`, {
    body: { identity, password },
    // A wrong password must not end a session that another tab still uses.
    token: '',
  })
  session.start(answer.token)
  return answer.record
}

/** Makes the first superuser with the token of the set-up link, then signs in as that person. */
export async function createFirstSuperuser(
  setupToken: string,
  email: string,
  password: string,
): Promise<RecordData> {
  await request<RecordData>('POST', `${SUPERUSERS}/records`, {
    body: { email, password, passwordConfirm: password },
    token: setupToken,
  })
  return signIn(email, password)
}

async function refresh(signal: AbortSignal): Promise<RecordData> {
  const answer = await request<AuthAnswer>('POST', `${SUPERUSERS}/auth-refresh`, { signal })
  session.start(answer.token)
  return answer.record
}

/** The signed-in superuser. Asking also renews the token. */
export const me = queryOptions({
  queryKey: authKeys.me,
  queryFn: ({ signal }) => refresh(signal),
  staleTime: REFRESH_EVERY_MS,
  refetchInterval: REFRESH_EVERY_MS,
  refetchOnWindowFocus: false,
})
