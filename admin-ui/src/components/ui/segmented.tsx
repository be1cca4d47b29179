import type { LucideIcon } from 'lucide-react'
import { useId } from 'react'
import './segmented.css'

export interface SegmentedOption<V extends string> {
  value: V
  label: string
  icon?: LucideIcon
  tone?: 'normal' | 'danger'
  /** The icon alone is seen; the label is still its name. */
  isIconOnly?: boolean
}

interface SegmentedProps<V extends string> {
  label: string
  options: readonly SegmentedOption<V>[]
  value: V
  onChange: (value: V) => void
  disabled?: boolean
}

/** One of a few choices, all in sight: a radio group drawn as one control. */
export function Segmented<V extends string>({
  label,
  options,
  value,
  onChange,
  disabled,
}: SegmentedProps<V>) {
  const name = useId()
  return (
    <div className="segmented" role="radiogroup" aria-label={label}>
      {options.map(({ value: option, label: text, icon: Icon, tone = 'normal', isIconOnly = false }) => (
        <label
          key={option}
          className="segmented-choice"
          data-tone={tone}
          title={isIconOnly ? text : undefined}
        >
          <input
            type="radio"
            name={name}
            value={option}
            checked={option === value}
            disabled={disabled}
            onChange={() => onChange(option)}
          />
          {Icon && <Icon size={14} strokeWidth={1.75} aria-hidden />}
          <span className={isIconOnly ? 'visually-hidden' : undefined}>{text}</span>
        </label>
      ))}
    </div>
  )
}
