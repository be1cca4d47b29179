import { useQuery } from '@tanstack/react-query'
import { Check } from 'lucide-react'
import { useId, useState, type KeyboardEvent } from 'react'
import { recordSearch } from '@/api/records/queries'
import type { Collection } from '@/api/wire'
import type { InputLink } from '@/components/form/form-field'
import { useDebounced } from '@/components/use-debounced'
import { describeError } from '@/lib/error-description'
import { searchFilter } from '@/lib/filter-text'
import { labelFields, recordLabel } from '@/lib/record-label'

const SEARCH_DELAY_MS = 200

interface RecordSearchBoxProps {
  target: Collection | undefined
  chosen: readonly string[]
  isFull: boolean
  link: InputLink
  onToggle: (id: string) => void
}

/** A combobox over the records of a collection: type, arrow, Enter. */
export function RecordSearchBox({ target, chosen, isFull, link, onToggle }: RecordSearchBoxProps) {
  const [text, setText] = useState('')
  const [isOpen, setIsOpen] = useState(false)
  const [active, setActive] = useState(0)
  const listId = useId()
  const term = useDebounced(text.trim(), SEARCH_DELAY_MS)
  const filter = term === '' || !target ? '' : searchFilter(term, ['id', ...labelFields(target.fields)])
  const {
    data: records = [],
    error,
    isPending,
  } = useQuery({
    ...recordSearch(target?.id ?? '', filter),
    enabled: isOpen && target !== undefined,
  })
  const current = Math.min(active, records.length - 1)

  const handlePick = (id: string) => {
    onToggle(id)
    setText('')
    setIsOpen(false)
  }

  const handleKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && isOpen) {
      event.stopPropagation()
      setIsOpen(false)
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      setIsOpen(true)
      if (isOpen)
        setActive(Math.max(0, Math.min(records.length - 1, current + (event.key === 'ArrowDown' ? 1 : -1))))
    } else if (event.key === 'Enter' && isOpen && !event.ctrlKey && !event.metaKey) {
      event.preventDefault()
      const record = records[current]
      if (record) handlePick(record.id)
    }
  }

  return (
    <div className="picker-search">
      <input
        {...link}
        className="input"
        role="combobox"
        aria-expanded={isOpen}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={isOpen && records.length > 0 ? `${listId}-${current}` : undefined}
        autoComplete="off"
        disabled={target === undefined || isFull}
        placeholder={isFull ? 'No more can be chosen' : `Search ${target?.name ?? ''}`}
        value={text}
        onFocus={() => setIsOpen(true)}
        onBlur={() => setIsOpen(false)}
        onKeyDown={handleKeyDown}
        onChange={(event) => {
          setText(event.target.value)
          setActive(0)
          setIsOpen(true)
        }}
      />
      {isOpen && target && (
        <div className="picker-list">
          <div id={listId} role="listbox" aria-label={`Records of ${target.name}`}>
            {records.map((record, index) => (
              // The focus stays in the input, which handles the keys for the whole list.
              // eslint-disable-next-line jsx-a11y/click-events-have-key-events
              <div
                key={record.id}
                id={`${listId}-${index}`}
                role="option"
                tabIndex={-1}
                className="picker-option"
                aria-selected={chosen.includes(record.id)}
                data-active={index === current}
                onPointerDown={(event) => event.preventDefault()}
                onClick={() => handlePick(record.id)}
              >
                <span className="truncate">{recordLabel(record, target.fields)}</span>
                <span className="mono faint">{record.id}</span>
                {chosen.includes(record.id) && <Check size={14} strokeWidth={2} aria-hidden />}
              </div>
            ))}
          </div>
          {error !== null && <p className="picker-note form-error">{describeError(error).message}</p>}
          {error === null && records.length === 0 && (
            <p className="picker-note">{isPending ? 'Searching…' : 'No records match.'}</p>
          )}
        </div>
      )}
    </div>
  )
}
