import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import './badge.css'

export type BadgeTone = 'neutral' | 'accent' | 'ok' | 'warn' | 'danger'

export function Badge({
  tone = 'neutral',
  icon: Icon,
  children,
}: {
  tone?: BadgeTone
  icon?: LucideIcon
  children: ReactNode
}) {
  return (
    <span className="badge" data-tone={tone}>
      {Icon && <Icon size={12} strokeWidth={2} aria-hidden />}
      <span className="truncate">{children}</span>
    </span>
  )
}
