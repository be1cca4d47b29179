import { FormField } from '@/components/form/form-field'
import { NumberInput } from '@/components/form/number-input'
import { Segmented } from '@/components/ui/segmented'

const choices = [
  { value: 'one', label: 'Single' },
  { value: 'many', label: 'Multiple' },
] as const

interface MaximumFieldProps {
  value: number
  noun: string
  error: string | undefined
  onChange: (maxSelect: number) => void
}

/** Whether a field holds one value or several, and how many at most. */
export function MaximumField({ value, noun, error, onChange }: MaximumFieldProps) {
  const isMany = value > 1
  return (
    <>
      <div className="form-field">
        <span className="form-label">How many {noun}</span>
        <div>
          <Segmented
            label={`How many ${noun}`}
            options={choices}
            value={isMany ? 'many' : 'one'}
            onChange={(choice) => onChange(choice === 'many' ? 5 : 1)}
          />
        </div>
      </div>
      {isMany && (
        <FormField label={`Most ${noun}`} error={error}>
          {(link) => (
            <NumberInput
              {...link}
              min={2}
              step={1}
              value={value}
              onChange={(max) => onChange(Math.max(2, max ?? 2))}
            />
          )}
        </FormField>
      )}
    </>
  )
}
