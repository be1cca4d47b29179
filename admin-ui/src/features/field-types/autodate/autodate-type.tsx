import { CalendarClock } from 'lucide-react'
import type { AutodateField } from '@/api/wire'
import { FormField } from '@/components/form/form-field'
import { DateCell } from '../date-cell'
import { defineFieldType, type FieldOptionsProps } from '../definition'

const moments = [
  { value: 'create', label: 'When the record is created', onCreate: true, onUpdate: false },
  { value: 'update', label: 'When the record is updated', onCreate: false, onUpdate: true },
  { value: 'both', label: 'When it is created or updated', onCreate: true, onUpdate: true },
]

function momentOf(field: AutodateField) {
  return moments.find(({ onCreate, onUpdate }) => onCreate === field.onCreate && onUpdate === field.onUpdate)
}

function AutodateOptions({ field, onChange, problem }: FieldOptionsProps<AutodateField>) {
  return (
    <FormField label="Set" error={problem('onCreate')}>
      {(link) => (
        <select
          {...link}
          className="input"
          value={momentOf(field)?.value}
          onChange={(event) => {
            const moment = moments.find(({ value }) => value === event.target.value)
            if (moment) onChange({ onCreate: moment.onCreate, onUpdate: moment.onUpdate })
          }}
        >
          {moments.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      )}
    </FormField>
  )
}

export const autodateType = defineFieldType<AutodateField>({
  name: 'autodate',
  label: 'Auto date',
  description: 'Set by the server on create or update',
  icon: CalendarClock,
  emptyOptions: { onCreate: true, onUpdate: false },
  OptionsForm: AutodateOptions,
  Cell: DateCell,
  summary: (field) => momentOf(field)?.label.replace(/^When (the record|it) is/, 'when') ?? '',
  initialValue: () => '',
  columnWidth: 170,
  isSortable: true,
  canBeRequired: false,
})
