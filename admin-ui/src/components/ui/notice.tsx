import { CircleAlert, Info, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { describeError } from '@/lib/error-description'
import { Button } from './button'
import './notice.css'

type Tone = 'info' | 'warn' | 'danger'

const icons = { info: Info, warn: TriangleAlert, danger: CircleAlert }

interface NoticeProps {
  tone: Tone
  title: string
  children?: ReactNode
  action?: ReactNode
}

export function Notice({ tone, title, children, action }: NoticeProps) {
  const Icon = icons[tone]
  return (
    <div className="notice" data-tone={tone} role={tone === 'danger' ? 'alert' : undefined}>
      <Icon size={16} strokeWidth={1.75} aria-hidden />
      <div className="notice-text">
        <span className="notice-title">{title}</span>
        {children}
      </div>
      {action !== undefined && <div className="notice-action">{action}</div>}
    </div>
  )
}

interface ErrorNoticeProps {
  /** What failed, e.g. “The records could not be loaded”. */
  title: string
  error: unknown
  onRetry?: () => void
}

/** A failure in the place of what failed: what, why, the request’s id, and a way to try again. */
export function ErrorNotice({ title, error, onRetry }: ErrorNoticeProps) {
  const { message, requestId } = describeError(error)
  return (
    <Notice
      tone="danger"
      title={title}
      action={
        onRetry && (
          <Button size="small" onClick={onRetry}>
            Try again
          </Button>
        )
      }
    >
      <span>{message}</span>
      {requestId !== undefined && (
        <span className="muted">
          Request <code>{requestId}</code>
        </span>
      )}
    </Notice>
  )
}
