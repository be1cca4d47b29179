import { useEffect, useRef, type ReactNode } from 'react'
import './input.css'

interface CheckboxProps {
  isChecked: boolean
  isMixed?: boolean
  onChange: (isChecked: boolean, event: { shiftKey: boolean }) => void
  /** The visible label; without it `label` names the box. */
  children?: ReactNode
  label?: string
  disabled?: boolean
  id?: string
  'aria-describedby'?: string | undefined
}

export function Checkbox({ isChecked, isMixed = false, onChange, children, label, ...rest }: CheckboxProps) {
  const box = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (box.current) box.current.indeterminate = isMixed
  }, [isMixed])
  const input = (
    <input
      ref={box}
      type="checkbox"
      className="checkbox-box"
      checked={isChecked}
      aria-label={label}
      onChange={(event) => {
        const native = event.nativeEvent
        onChange(event.target.checked, { shiftKey: native instanceof MouseEvent && native.shiftKey })
      }}
      {...rest}
    />
  )
  if (children === undefined) return input
  return (
    <label className="checkbox">
      {input}
      <span>{children}</span>
    </label>
  )
}
