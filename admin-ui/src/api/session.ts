/** Where the superuser's token is kept between visits. */
export const TOKEN_KEY = 'underpin.console.token'

type Listener = () => void

const listeners = new Set<Listener>()

function announce(): void {
  for (const listener of listeners) listener()
}

/** The token of the signed-in superuser, shared by all tabs of this browser. */
export const session = {
  token(): string | null {
    return localStorage.getItem(TOKEN_KEY)
  },
  start(token: string): void {
    if (localStorage.getItem(TOKEN_KEY) === token) return
    localStorage.setItem(TOKEN_KEY, token)
    announce()
  },
  end(): void {
    if (localStorage.getItem(TOKEN_KEY) === null) return
    localStorage.removeItem(TOKEN_KEY)
    announce()
  },
  /** Calls back when this or another tab signs in, refreshes or signs out. */
  subscribe(listener: Listener): () => void {
    const fromOtherTab = (event: StorageEvent) => {
      if (event.key === TOKEN_KEY || event.key === null) listener()
    }
    listeners.add(listener)
    window.addEventListener('storage', fromOtherTab)
    return () => {
      listeners.delete(listener)
      window.removeEventListener('storage', fromOtherTab)
    }
  },
}
