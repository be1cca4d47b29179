import { useBlocker } from '@tanstack/react-router'
import { Button } from './ui/button'
import { Dialog } from './ui/dialog'

interface UnsavedGuardProps {
  isDirty: boolean
  /** What would be lost, e.g. “the changes to posts”. */
  what: string
  /** Tells whether going there leaves what is being edited; without it any other path does. */
  leaves?: (current: Place, next: Place) => boolean
}

export interface Place {
  pathname: string
  search: Record<string, unknown>
}

/** Asks before unsaved work is left behind, inside the console and when the tab is closed. */
export function UnsavedGuard({ isDirty, what, leaves }: UnsavedGuardProps) {
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: ({ current, next }) => {
      const isLeaving = leaves ? leaves(current, next) : current.pathname !== next.pathname
      return isDirty && isLeaving
    },
    enableBeforeUnload: () => isDirty,
    withResolver: true,
  })
  if (status !== 'blocked') return null
  return (
    <Dialog
      title="Leave without saving?"
      onClose={reset}
      actions={
        <>
          <Button onClick={reset}>Keep editing</Button>
          <Button variant="danger" onClick={proceed}>
            Discard and leave
          </Button>
        </>
      }
    >
      <p className="muted">You would lose {what}.</p>
    </Dialog>
  )
}
