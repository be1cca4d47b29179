import type { PasswordField } from '@/api/wire'
import { FormField } from '@/components/form/form-field'
import { NumberInput } from '@/components/form/number-input'
import type { FieldOptionsProps } from '../definition'

const limits = [
  { option: 'min', label: 'Least characters', hint: undefined },
  { option: 'max', label: 'Most characters', hint: '0 means 71' },
  { option: 'cost', label: 'Hash cost', hint: '0 means the standard cost' },
] as const

export function PasswordOptions({ field, onChange, problem }: FieldOptionsProps<PasswordField>) {
  return (
    <>
      {limits.map(({ option, label, hint }) => (
        <FormField key={option} label={label} hint={hint} error={problem(option)}>
          {(link) => (
            <NumberInput
              {...link}
              min={0}
              step={1}
              value={field[option]}
              onChange={(value) => onChange({ [option]: value ?? 0 })}
            />
          )}
        </FormField>
      ))}
      <FormField
        label="Pattern"
        hint="A regular expression the password must match"
        error={problem('pattern')}
      >
        {(link) => (
          <input
            {...link}
            className="input"
            data-mono=""
            value={field.pattern}
            onChange={(event) => onChange({ pattern: event.target.value })}
          />
        )}
      </FormField>
    </>
  )
}
