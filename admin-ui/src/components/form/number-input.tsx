import type { InputLink } from './form-field'

interface NumberInputProps extends Partial<InputLink> {
  value: number | null
  onChange: (value: number | null) => void
  min?: number
  step?: number | 'any'
  placeholder?: string
  disabled?: boolean
}

/** A number, or nothing: an emptied input gives `null`. */
export function NumberInput({ value, onChange, step = 'any', ...rest }: NumberInputProps) {
  return (
    <input
      type="number"
      className="input"
      step={step}
      value={value ?? ''}
      onChange={(event) => onChange(event.target.value === '' ? null : event.target.valueAsNumber)}
      {...rest}
    />
  )
}
