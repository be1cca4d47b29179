import { Calendar } from 'lucide-react'
import type { DateField } from '@/api/wire'
import { FormField } from '@/components/form/form-field'
import { fromUtcInput, localWords, shortUtc, toUtcInput } from '@/lib/dates'
import { DateCell } from '../date-cell'
import { defineFieldType, type FieldInputProps, type FieldOptionsProps } from '../definition'
import { asText, sentence } from '../field-values'

function DateInput({ value, onChange, link }: FieldInputProps<DateField>) {
  const stored = asText(value)
  return (
    <>
      <input
        {...link}
        type="datetime-local"
        step={1}
        className="input"
        value={toUtcInput(stored)}
        onChange={(event) => onChange(fromUtcInput(event.target.value))}
      />
      <span className="form-hint">
        {stored === '' ? 'In UTC' : `In UTC. Your time: ${localWords(stored)}`}
      </span>
    </>
  )
}

function DateOptions({ field, onChange, problem }: FieldOptionsProps<DateField>) {
  return (
    <>
      {(['min', 'max'] as const).map((end) => (
        <FormField key={end} label={end === 'min' ? 'Earliest (UTC)' : 'Latest (UTC)'} error={problem(end)}>
          {(link) => (
            <input
              {...link}
              type="datetime-local"
              step={1}
              className="input"
              value={toUtcInput(field[end])}
              onChange={(event) => onChange({ [end]: fromUtcInput(event.target.value) })}
            />
          )}
        </FormField>
      ))}
    </>
  )
}

export const dateType = defineFieldType<DateField>({
  name: 'date',
  label: 'Date and time',
  description: 'A moment, stored in UTC',
  icon: Calendar,
  emptyOptions: { min: '', max: '' },
  OptionsForm: DateOptions,
  Input: DateInput,
  Cell: DateCell,
  summary: ({ min, max }) =>
    sentence(min !== '' && `from ${shortUtc(min)}`, max !== '' && `until ${shortUtc(max)}`),
  initialValue: () => '',
  columnWidth: 170,
  isSortable: true,
  canBeRequired: true,
})
