import { CircleAlert, CircleCheck, X } from 'lucide-react'
import { useSyncExternalStore } from 'react'
import { IconButton } from './button'
import { dismissToast, toastStore } from './toasts'
import './toaster.css'

/** Shows the passing messages and reads them out. Mounted once. */
export function Toaster() {
  const toasts = useSyncExternalStore((listener) => toastStore.subscribe(listener), toastStore.get)
  return (
    <div className="toaster" role="status" aria-live="polite">
      {toasts.map((toast) => {
        const Icon = toast.tone === 'ok' ? CircleCheck : CircleAlert
        return (
          <div key={toast.id} className="toast" data-tone={toast.tone}>
            <Icon size={16} strokeWidth={1.75} aria-hidden />
            <span>{toast.message}</span>
            <IconButton size="small" icon={X} label="Dismiss" onClick={() => dismissToast(toast.id)} />
          </div>
        )
      })}
    </div>
  )
}
