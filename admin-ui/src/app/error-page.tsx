import { ErrorNotice } from '@/components/ui/notice'
import { EmptyState } from '@/components/ui/empty-state'
import { Link } from '@tanstack/react-router'
import { Compass } from 'lucide-react'

/** A page that broke. The rest of the console stays usable. */
export function ErrorPage({ error, reset }: { error: unknown; reset: () => void }) {
  return (
    <div className="page-body">
      <ErrorNotice title="This page broke" error={error} onRetry={reset} />
    </div>
  )
}

export function NotFoundPage() {
  return (
    <EmptyState
      icon={Compass}
      title="There is no such page"
      actions={
        <Link to="/data" className="button" data-variant="plain">
          Go to the data
        </Link>
      }
    >
      The address may be mistyped, or the page has moved.
    </EmptyState>
  )
}
