import type { LucideIcon } from 'lucide-react'
import type { ButtonHTMLAttributes, Ref } from 'react'
import './button.css'

export type ButtonVariant = 'primary' | 'plain' | 'quiet' | 'danger' | 'danger-quiet'

interface ButtonLook {
  variant?: ButtonVariant
  size?: 'normal' | 'small'
  icon?: LucideIcon
  ref?: Ref<HTMLButtonElement>
}

type NativeButton = Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'className'>

export function Button({
  variant = 'plain',
  size = 'normal',
  icon: Icon,
  children,
  ...rest
}: NativeButton & ButtonLook) {
  return (
    <button type="button" className="button" data-variant={variant} data-size={size} {...rest}>
      {Icon && <Icon size={size === 'small' ? 14 : 16} strokeWidth={1.75} aria-hidden />}
      {children}
    </button>
  )
}

/** A button that shows an icon alone; `label` is its name and its tooltip. */
export function IconButton({
  variant = 'quiet',
  size = 'normal',
  icon: Icon,
  label,
  ...rest
}: NativeButton & Omit<ButtonLook, 'icon'> & { icon: LucideIcon; label: string }) {
  return (
    <button
      type="button"
      className="button"
      data-variant={variant}
      data-size={size}
      data-icon-only=""
      aria-label={label}
      title={label}
      {...rest}
    >
      <Icon size={16} strokeWidth={1.75} aria-hidden />
    </button>
  )
}
