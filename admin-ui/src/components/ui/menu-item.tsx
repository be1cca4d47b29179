import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'

interface MenuItemProps {
  icon?: LucideIcon
  tone?: 'normal' | 'danger'
  onSelect: () => void
  children: ReactNode
}

/** One line of a menu popover. */
export function MenuItem({ icon: Icon, tone = 'normal', onSelect, children }: MenuItemProps) {
  return (
    <button
      type="button"
      role="menuitem"
      tabIndex={-1}
      className="menu-item"
      data-tone={tone}
      onClick={onSelect}
    >
      {Icon && <Icon size={16} strokeWidth={1.75} aria-hidden />}
      {children}
    </button>
  )
}
