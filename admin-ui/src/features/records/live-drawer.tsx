import { ChevronDown, Trash2 } from 'lucide-react'
import type { Field, LiveAction } from '@/api/wire'
import { Badge, type BadgeTone } from '@/components/ui/badge'
import { Button, IconButton } from '@/components/ui/button'
import { clockTime } from '@/lib/dates'
import { plural } from '@/lib/plural'
import { recordLabel } from '@/lib/record-label'
import type { LoggedEvent } from './live-records.logic'

const tones: Record<LiveAction, BadgeTone> = {
  create: 'ok',
  enter: 'ok',
  update: 'accent',
  delete: 'danger',
  leave: 'warn',
}

interface LiveDrawerProps {
  topic: string
  fields: readonly Field[]
  log: readonly LoggedEvent[]
  onOpen: (id: string) => void
  onClear: () => void
  onClose: () => void
}

/** The events of a collection as they arrive, the latest on top. */
export function LiveDrawer({ topic, fields, log, onOpen, onClear, onClose }: LiveDrawerProps) {
  return (
    <section className="live-drawer" aria-label="Live changes">
      <header className="live-head">
        <h2>Live changes</h2>
        <span className="muted">
          {log.length === 0 ? `Listening to ${topic}` : plural(log.length, 'event')}
        </span>
        <Button size="small" variant="quiet" icon={Trash2} disabled={log.length === 0} onClick={onClear}>
          Clear
        </Button>
        <IconButton size="small" icon={ChevronDown} label="Close live changes" onClick={onClose} />
      </header>
      <ol className="live-log" aria-live="polite" aria-relevant="additions">
        {log.map(({ key, at, action, record }) => (
          <li key={key} className="live-event">
            <time className="mono faint" dateTime={at.toISOString()}>
              {clockTime(at)}
            </time>
            <Badge tone={tones[action]}>{action}</Badge>
            {action === 'delete' || action === 'leave' ? (
              <span className="mono">{record.id}</span>
            ) : (
              <button type="button" className="link-button mono" onClick={() => onOpen(record.id)}>
                {record.id}
              </button>
            )}
            <span className="truncate muted">
              {recordLabel(record, fields) === record.id ? '' : recordLabel(record, fields)}
            </span>
          </li>
        ))}
        {log.length === 0 && (
          <li className="live-quiet muted">Nothing has changed since this page was opened.</li>
        )}
      </ol>
    </section>
  )
}
