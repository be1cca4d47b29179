import { ListFilter, X } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { IconButton } from '@/components/ui/button'

interface FilterBarProps {
  /** The filter in force. */
  filter: string
  isRefused: boolean
  onApply: (filter: string) => void
}

/** A filter in the server’s language, or a plain term to look for. Enter applies, Escape takes back. */
export function FilterBar({ filter, isRefused, onApply }: FilterBarProps) {
  const [text, setText] = useState(filter)
  const [applied, setApplied] = useState(filter)
  const input = useRef<HTMLInputElement>(null)
  if (filter !== applied) {
    setApplied(filter)
    setText(filter)
  }

  useEffect(() => {
    const handleKey = (event: KeyboardEvent) => {
      const isTyping =
        event.target instanceof HTMLElement && event.target.closest('input, textarea, select, dialog')
      if (event.key !== '/' || isTyping) return
      event.preventDefault()
      input.current?.focus()
    }
    document.addEventListener('keydown', handleKey)
    return () => document.removeEventListener('keydown', handleKey)
  }, [])

  return (
    <form
      className="filter-bar"
      role="search"
      onSubmit={(event) => {
        event.preventDefault()
        onApply(text.trim())
      }}
    >
      <ListFilter size={15} strokeWidth={1.75} aria-hidden />
      <input
        ref={input}
        className="input"
        data-mono=""
        aria-label="Filter records"
        aria-keyshortcuts="/"
        aria-invalid={isRefused ? true : undefined}
        aria-describedby={isRefused ? 'records-error' : undefined}
        autoComplete="off"
        spellCheck={false}
        placeholder="Search, or filter: status = 'open' && created > @todayStart"
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') setText(filter)
        }}
      />
      {(text !== '' || filter !== '') && (
        <IconButton
          size="small"
          icon={X}
          label="Clear the filter"
          onClick={() => {
            setText('')
            onApply('')
            input.current?.focus()
          }}
        />
      )}
    </form>
  )
}
