import { Check, Minus, ToggleLeft } from 'lucide-react'
import type { BoolField } from '@/api/wire'
import { Checkbox } from '@/components/form/checkbox'
import { defineFieldType, type FieldCellProps, type FieldInputProps } from '../definition'

function BoolInput({ value, onChange, link }: FieldInputProps<BoolField>) {
  const { id } = link
  return (
    <span>
      <Checkbox
        id={id}
        aria-describedby={link['aria-describedby']}
        isChecked={value === true}
        onChange={onChange}
      />
    </span>
  )
}

function BoolCell({ value }: FieldCellProps) {
  const isOn = value === true
  const Icon = isOn ? Check : Minus
  return (
    <span className="cell-mark" data-on={isOn}>
      <Icon size={14} strokeWidth={2} aria-hidden />
      {isOn ? 'True' : 'False'}
    </span>
  )
}

export const boolType = defineFieldType<BoolField>({
  name: 'bool',
  label: 'Yes or no',
  description: 'True or false',
  icon: ToggleLeft,
  emptyOptions: {},
  Input: BoolInput,
  Cell: BoolCell,
  summary: () => '',
  initialValue: () => false,
  columnWidth: 96,
  isSortable: true,
  canBeRequired: true,
})
