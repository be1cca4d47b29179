import { ListChecks } from 'lucide-react'
import type { SelectField } from '@/api/wire'
import { Badge } from '@/components/ui/badge'
import { plural } from '@/lib/plural'
import { defineFieldType, type FieldCellProps } from '../definition'
import { EmptyCell } from '../empty-cell'
import { asList, holdsMany, sentence } from '../field-values'
import { SelectInput } from './select-input'
import { SelectOptions } from './select-options'

function SelectCell({ value }: FieldCellProps) {
  const chosen = asList(value)
  if (chosen.length === 0) return <EmptyCell />
  return (
    <span className="cell-chips">
      {chosen.map((item) => (
        <Badge key={item}>{item}</Badge>
      ))}
    </span>
  )
}

export const selectType = defineFieldType<SelectField>({
  name: 'select',
  label: 'Select',
  description: 'One or several of given values',
  icon: ListChecks,
  emptyOptions: { values: [], maxSelect: 1 },
  OptionsForm: SelectOptions,
  Input: SelectInput,
  Cell: SelectCell,
  summary: (field) =>
    sentence(field.values.join(', '), holdsMany(field) && `up to ${plural(field.maxSelect, 'value')}`),
  initialValue: (field) => (holdsMany(field) ? [] : ''),
  columnWidth: 150,
  isSearchable: true,
  isSortable: true,
  canBeRequired: true,
})
