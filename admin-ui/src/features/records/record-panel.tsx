import { useQuery } from '@tanstack/react-query'
import { X } from 'lucide-react'
import { useEffect, useRef, type ReactNode } from 'react'
import { recordById } from '@/api/records/queries'
import type { Collection } from '@/api/wire'
import { IconButton } from '@/components/ui/button'
import { ErrorNotice } from '@/components/ui/notice'
import { Skeleton } from '@/components/ui/skeleton'
import { recordLabel } from '@/lib/record-label'
import { RecordForm } from './record-form'
import { NEW_RECORD } from './records-search'

interface RecordPanelProps {
  collection: Collection
  /** The record’s id, or `new`. */
  recordId: string
  onClose: () => void
  onSaved: (id: string) => void
  onDelete: (id: string) => void
}

function PanelFrame({
  title,
  onClose,
  children,
}: {
  title: string
  onClose: () => void
  children: ReactNode
}) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    // A form for a new record has already taken the focus to its first input.
    const isInside = heading.current?.closest('aside')?.contains(document.activeElement) === true
    if (!isInside) heading.current?.focus({ preventScroll: true })
  }, [])
  return (
    <aside className="record-panel" aria-label={title}>
      <header className="record-panel-head">
        <h2 ref={heading} tabIndex={-1} className="truncate">
          {title}
        </h2>
        <IconButton size="small" icon={X} label="Close the panel" onClick={onClose} />
      </header>
      {children}
    </aside>
  )
}

/** A record beside the table it comes from. */
export function RecordPanel({ collection, recordId, onClose, onSaved, onDelete }: RecordPanelProps) {
  const isNew = recordId === NEW_RECORD
  const { data, error, refetch } = useQuery({ ...recordById(collection.id, recordId, ''), enabled: !isNew })
  const record = isNew ? null : data

  if (error && !record) {
    return (
      <PanelFrame title="Record" onClose={onClose}>
        <div className="record-form-body">
          <ErrorNotice title="The record could not be loaded" error={error} onRetry={() => void refetch()} />
        </div>
      </PanelFrame>
    )
  }
  if (record === undefined) {
    return (
      <PanelFrame title="Record" onClose={onClose}>
        <Skeleton label="Loading the record" rows={6} />
      </PanelFrame>
    )
  }
  const label = record === null ? 'New record' : recordLabel(record, collection.fields)
  return (
    <PanelFrame title={label} onClose={onClose}>
      <RecordForm
        collection={collection}
        record={record}
        onClose={onClose}
        onSaved={onSaved}
        onDelete={onDelete}
      />
    </PanelFrame>
  )
}
