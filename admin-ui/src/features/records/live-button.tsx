import { useLiveStatus } from '@/api/live/use-live'
import type { LiveStatus } from '@/api/live/connection'
import { Button } from '@/components/ui/button'

const words: Record<LiveStatus, string> = {
  connecting: 'Connecting to live changes',
  live: 'Live: changes appear as they happen',
  offline: 'Live changes are not connected; trying again',
}

/** Tells whether changes arrive live, and opens the list of them. */
export function LiveButton({ isOpen, onToggle }: { isOpen: boolean; onToggle: () => void }) {
  const status = useLiveStatus()
  return (
    <Button variant="quiet" aria-pressed={isOpen} title={words[status]} onClick={onToggle}>
      <span className="live-dot" data-status={status} aria-hidden />
      Live
      <span className="visually-hidden">, {status}</span>
    </Button>
  )
}
