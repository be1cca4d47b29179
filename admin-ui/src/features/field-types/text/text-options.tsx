import type { TextField } from '@/api/wire'
import { FormField } from '@/components/form/form-field'
import { NumberInput } from '@/components/form/number-input'
import type { FieldOptionsProps } from '../definition'

export function TextOptions({ field, onChange, problem }: FieldOptionsProps<TextField>) {
  return (
    <>
      <FormField label="Least characters" error={problem('min')}>
        {(link) => (
          <NumberInput
            {...link}
            min={0}
            step={1}
            value={field.min}
            onChange={(min) => onChange({ min: min ?? 0 })}
          />
        )}
      </FormField>
      <FormField label="Most characters" hint="0 means 5,000" error={problem('max')}>
        {(link) => (
          <NumberInput
            {...link}
            min={0}
            step={1}
            value={field.max}
            onChange={(max) => onChange({ max: max ?? 0 })}
          />
        )}
      </FormField>
      <FormField label="Pattern" hint="A regular expression the text must match" error={problem('pattern')}>
        {(link) => (
          <input
            {...link}
            className="input"
            data-mono=""
            placeholder="^[a-z0-9]+$"
            value={field.pattern}
            onChange={(event) => onChange({ pattern: event.target.value })}
          />
        )}
      </FormField>
      <FormField
        label="Generate when empty"
        hint="A pattern to make the text from"
        error={problem('autogeneratePattern')}
      >
        {(link) => (
          <input
            {...link}
            className="input"
            data-mono=""
            placeholder="[a-z0-9]{12}"
            value={field.autogeneratePattern}
            onChange={(event) => onChange({ autogeneratePattern: event.target.value })}
          />
        )}
      </FormField>
    </>
  )
}
