import { useEffect, useRef, useState, type ReactNode } from 'react'
import './popover.css'

export interface PopoverTrigger {
  'aria-expanded': boolean
  'aria-haspopup': 'menu' | 'dialog'
  onClick: () => void
}

interface PopoverProps {
  kind: 'menu' | 'dialog'
  label: string
  align?: 'start' | 'end'
  side?: 'top' | 'bottom'
  /** Draws the button that opens the popover, with the properties given. */
  trigger: (properties: PopoverTrigger) => ReactNode
  children: (close: () => void) => ReactNode
}

/** Menu items answer to the arrow keys, Home and End. */
function moveWithin(menu: HTMLElement, key: string): boolean {
  const items = [...menu.querySelectorAll<HTMLElement>('[role="menuitem"]')]
  const current = items.findIndex((item) => item === document.activeElement)
  const target = { ArrowDown: current + 1, ArrowUp: current - 1, Home: 0, End: items.length - 1 }[key]
  if (target === undefined) return false
  items.at(target % items.length)?.focus()
  return true
}

/** A floating layer at a button. Escape, a press outside or leaving it with Tab closes it. */
export function Popover({ kind, label, align = 'start', side = 'bottom', trigger, children }: PopoverProps) {
  const [isOpen, setIsOpen] = useState(false)
  const anchor = useRef<HTMLSpanElement>(null)
  const layer = useRef<HTMLDivElement>(null)

  useEffect(() => {
    if (!isOpen) return
    const around = anchor.current
    layer.current?.querySelector<HTMLElement>('[role="menuitem"], input, button, select')?.focus()
    const handlePress = (event: PointerEvent) => {
      if (event.target instanceof Node && around?.contains(event.target) !== true) setIsOpen(false)
    }
    document.addEventListener('pointerdown', handlePress)
    return () => {
      document.removeEventListener('pointerdown', handlePress)
      // The focus was inside and has nowhere to be: it goes back to the button.
      if (document.activeElement === document.body)
        around?.querySelector<HTMLElement>('[aria-haspopup]')?.focus()
    }
  }, [isOpen])

  return (
    <span
      className="popover-anchor"
      role="presentation"
      ref={anchor}
      onBlur={(event) => {
        const next = event.relatedTarget
        if (next instanceof Node && !event.currentTarget.contains(next)) setIsOpen(false)
      }}
    >
      {trigger({ 'aria-expanded': isOpen, 'aria-haspopup': kind, onClick: () => setIsOpen(!isOpen) })}
      {isOpen && (
        // The role is one of two interactive ones, which the rule can’t see.
        // eslint-disable-next-line jsx-a11y/no-static-element-interactions
        <div
          ref={layer}
          className="popover"
          role={kind}
          aria-label={label}
          tabIndex={-1}
          data-align={align}
          data-side={side}
          onKeyDown={(event) => {
            if (event.key === 'Escape') {
              event.stopPropagation()
              setIsOpen(false)
            } else if (kind === 'menu' && moveWithin(event.currentTarget, event.key)) event.preventDefault()
          }}
        >
          {children(() => setIsOpen(false))}
        </div>
      )}
    </span>
  )
}
