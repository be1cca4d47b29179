import { useQuery } from '@tanstack/react-query'
import { ArrowDown, ArrowUp, ChevronRight, Lock, RotateCcw, Trash2 } from 'lucide-react'
import { useEffect, useRef, type KeyboardEvent } from 'react'
import { collectionList } from '@/api/collections/queries'
import type { Field } from '@/api/wire'
import { Badge } from '@/components/ui/badge'
import { IconButton } from '@/components/ui/button'
import { typeOf } from '../field-types/table'
import type { FieldDraft } from './collection-draft.logic'
import { FieldDetail } from './field-detail'

interface FieldRowProps {
  entry: FieldDraft
  isFirst: boolean
  isLast: boolean
  isOpen: boolean
  problem: (option: string) => string | undefined
  onToggleOpen: () => void
  onChange: (change: Partial<Field>) => void
  onMove: (by: -1 | 1) => void
  onToggleRemoved: () => void
}

/** One field: its name, its type, its options in words, and what can be done with it. */
export function FieldRow(props: FieldRowProps) {
  const { entry, isFirst, isLast, isOpen, problem, onToggleOpen, onChange, onMove, onToggleRemoved } = props
  const { field, isRemoved, savedName } = entry
  const { icon: Icon, label, summary } = typeOf(field)
  const { data: collections = [] } = useQuery(collectionList())
  const collectionName = (id: string) => collections.find((collection) => collection.id === id)?.name ?? id
  const name = useRef<HTMLInputElement>(null)
  const isJustAdded = savedName === null && isOpen
  const nameProblem = problem('name')

  useEffect(() => {
    if (isJustAdded) name.current?.select()
  }, [isJustAdded])

  const handleKeyDown = (event: KeyboardEvent) => {
    if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return
    event.preventDefault()
    onMove(event.key === 'ArrowUp' ? -1 : 1)
  }

  return (
    <li className="field-row" data-open={isOpen} data-removed={isRemoved}>
      <div className="field-line">
        <span className="field-chevron">
          <IconButton
            size="small"
            icon={ChevronRight}
            label={`Options of ${field.name}`}
            aria-expanded={isOpen}
            disabled={isRemoved}
            onClick={onToggleOpen}
          />
        </span>
        {field.system || isRemoved ? (
          <span className="field-name-text truncate">{field.name}</span>
        ) : (
          <span>
            <input
              ref={name}
              className="input"
              aria-label={`Name of the field ${savedName ?? field.name}`}
              aria-invalid={nameProblem === undefined ? undefined : true}
              aria-keyshortcuts="Alt+ArrowUp Alt+ArrowDown"
              autoComplete="off"
              spellCheck={false}
              value={field.name}
              onKeyDown={handleKeyDown}
              onChange={(event) => onChange({ name: event.target.value })}
            />
            {nameProblem !== undefined && <span className="form-error">{nameProblem}</span>}
          </span>
        )}
        <span className="field-type">
          <Icon size={16} strokeWidth={1.75} aria-hidden />
          {label}
        </span>
        <span className="faint truncate">
          {isRemoved ? 'Will be removed with all its values' : summary(field, collectionName)}
        </span>
        <span className="field-marks">
          {savedName === null && <Badge tone="accent">new</Badge>}
          {savedName !== null && savedName !== field.name && <Badge tone="warn">was {savedName}</Badge>}
          {field.required === true && <Badge>required</Badge>}
          {field.hidden && <Badge>hidden</Badge>}
          {field.system && <Badge icon={Lock}>system</Badge>}
        </span>
        <span className="field-marks">
          <IconButton
            size="small"
            icon={ArrowUp}
            label={`Move ${field.name} up`}
            disabled={isFirst}
            onClick={() => onMove(-1)}
          />
          <IconButton
            size="small"
            icon={ArrowDown}
            label={`Move ${field.name} down`}
            disabled={isLast}
            onClick={() => onMove(1)}
          />
          <IconButton
            size="small"
            icon={isRemoved ? RotateCcw : Trash2}
            label={isRemoved ? `Restore ${field.name}` : `Remove ${field.name}`}
            disabled={field.system}
            onClick={onToggleRemoved}
          />
        </span>
      </div>
      {isOpen && !isRemoved && <FieldDetail field={field} problem={problem} onChange={onChange} />}
    </li>
  )
}
