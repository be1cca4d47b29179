import type { LucideIcon } from 'lucide-react'
import { useId, type ReactNode } from 'react'
import './input.css'

/** What an input needs in order to be named and described. */
export interface InputLink {
  id: string
  'aria-describedby': string | undefined
  'aria-invalid': boolean | undefined
}

interface FormFieldProps {
  label: string
  icon?: LucideIcon
  hint?: ReactNode
  error?: string | undefined
  isRequired?: boolean
  isWide?: boolean
  /** Something beside the label, e.g. a badge. */
  aside?: ReactNode
  children: (link: InputLink) => ReactNode
}

/** A label, an input, a hint and the problem, tied together for eyes and ears. */
export function FormField({
  label,
  icon: Icon,
  hint,
  error,
  isRequired,
  isWide,
  aside,
  children,
}: FormFieldProps) {
  const id = useId()
  const hintId = hint === undefined ? undefined : `${id}-hint`
  const errorId = error === undefined ? undefined : `${id}-error`
  const describedBy = [errorId, hintId].filter((part) => part !== undefined).join(' ')
  return (
    <div className={isWide === true ? 'form-field form-wide' : 'form-field'}>
      <div className="form-label">
        {Icon && <Icon size={14} strokeWidth={1.75} aria-hidden />}
        <label htmlFor={id}>
          {label}
          {isRequired === true && (
            <>
              <span className="form-required" aria-hidden>
                {' '}
                *
              </span>
              <span className="visually-hidden"> (required)</span>
            </>
          )}
        </label>
        {aside}
      </div>
      {children({
        id,
        'aria-describedby': describedBy === '' ? undefined : describedBy,
        'aria-invalid': error === undefined ? undefined : true,
      })}
      {error !== undefined && (
        <span className="form-error" id={errorId}>
          {error}
        </span>
      )}
      {hint !== undefined && (
        <span className="form-hint" id={hintId}>
          {hint}
        </span>
      )}
    </div>
  )
}
