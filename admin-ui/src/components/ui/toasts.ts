export interface Toast {
  id: number
  tone: 'ok' | 'danger'
  message: string
}

const SHOWN_FOR_MS = 5000

let toasts: readonly Toast[] = []
let lastId = 0
const listeners = new Set<() => void>()

function set(next: readonly Toast[]): void {
  toasts = next
  for (const listener of listeners) listener()
}

export function dismissToast(id: number): void {
  set(toasts.filter((toast) => toast.id !== id))
}

/** Says in passing what has just happened. Failures stay until they are closed. */
export function showToast(message: string, tone: Toast['tone'] = 'ok'): void {
  lastId += 1
  const id = lastId
  set([...toasts.slice(-3), { id, tone, message }])
  if (tone === 'ok') window.setTimeout(() => dismissToast(id), SHOWN_FOR_MS)
}

export const toastStore = {
  get: () => toasts,
  subscribe(listener: () => void): () => void {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },
}
