import { Braces } from 'lucide-react'
import type { JsonField } from '@/api/wire'
import { bytesInWords } from '@/lib/bytes'
import { defineFieldType, type FieldCellProps, type FieldOptionsProps } from '../definition'
import { EmptyCell } from '../empty-cell'
import { SizeField } from '../size-field'
import { JsonInput } from './json-input'
import { jsonProblem, UnreadableJson } from './unreadable-json'

function JsonCell({ value }: FieldCellProps) {
  if (value === null || value === undefined || value === '') return <EmptyCell />
  return <span className="mono">{JSON.stringify(value).slice(0, 200)}</span>
}

function JsonOptions({ field, onChange, problem }: FieldOptionsProps<JsonField>) {
  return (
    <SizeField
      value={field.maxSize}
      standard="1 MB"
      error={problem('maxSize')}
      onChange={(maxSize) => onChange({ maxSize })}
    />
  )
}

export const jsonType = defineFieldType<JsonField>({
  name: 'json',
  label: 'JSON',
  description: 'Any structured value',
  icon: Braces,
  emptyOptions: { maxSize: 0 },
  OptionsForm: JsonOptions,
  Input: JsonInput,
  Cell: JsonCell,
  summary: ({ maxSize }) => (maxSize > 0 ? `up to ${bytesInWords(maxSize)}` : ''),
  initialValue: () => null,
  check: (_field, value) => (value instanceof UnreadableJson ? jsonProblem(value.text) : undefined),
  columnWidth: 200,
  isSortable: true,
  canBeRequired: true,
})
