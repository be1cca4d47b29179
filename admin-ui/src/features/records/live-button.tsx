import { useLiveStatus } from '@/api/live/use-live'
import type { LiveStatus } from '@/api/live/connection'
import { Button } from '@/components/ui/button'

const words: Record<LiveStatus, { name: string; tooltip: string }> = {
  connecting: { name: 'connecting', tooltip: 'Connecting to live changes' },
  live: { name: 'connected', tooltip: 'Changes appear as they happen' },
  offline: { name: 'not connected', tooltip: 'Live changes are not connected; trying again' },
}

/** Tells whether changes arrive live, and opens the list of them. */
export function LiveButton({ isOpen, onToggle }: { isOpen: boolean; onToggle: () => void }) {
  const status = useLiveStatus()
  return (
    <Button variant="quiet" aria-pressed={isOpen} title={words[status].tooltip} onClick={onToggle}>
      <span className="live-dot" data-status={status} aria-hidden />
      Live
      <span className="visually-hidden">({words[status].name})</span>
    </Button>
  )
}
