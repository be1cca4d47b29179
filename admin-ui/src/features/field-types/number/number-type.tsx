import { Hash } from 'lucide-react'
import type { NumberField } from '@/api/wire'
import { Checkbox } from '@/components/form/checkbox'
import { FormField } from '@/components/form/form-field'
import { NumberInput } from '@/components/form/number-input'
import {
  defineFieldType,
  type FieldCellProps,
  type FieldInputProps,
  type FieldOptionsProps,
} from '../definition'
import { rangeInWords, sentence } from '../field-values'

function NumberFieldInput({ field, value, onChange, link }: FieldInputProps<NumberField>) {
  return (
    <NumberInput
      {...link}
      step={field.onlyInt ? 1 : 'any'}
      value={typeof value === 'number' ? value : null}
      onChange={onChange}
    />
  )
}

function NumberCell({ value }: FieldCellProps) {
  return <>{typeof value === 'number' ? value : ''}</>
}

function NumberOptions({ field, onChange, problem }: FieldOptionsProps<NumberField>) {
  return (
    <>
      <FormField label="Smallest" error={problem('min')}>
        {(link) => <NumberInput {...link} value={field.min} onChange={(min) => onChange({ min })} />}
      </FormField>
      <FormField label="Largest" error={problem('max')}>
        {(link) => <NumberInput {...link} value={field.max} onChange={(max) => onChange({ max })} />}
      </FormField>
      <div className="form-wide">
        <Checkbox isChecked={field.onlyInt} onChange={(onlyInt) => onChange({ onlyInt })}>
          Whole numbers only
        </Checkbox>
      </div>
    </>
  )
}

export const numberType = defineFieldType<NumberField>({
  name: 'number',
  label: 'Number',
  description: 'Whole or with decimals',
  icon: Hash,
  emptyOptions: { min: null, max: null, onlyInt: false },
  OptionsForm: NumberOptions,
  Input: NumberFieldInput,
  Cell: NumberCell,
  summary: ({ min, max, onlyInt }) => sentence(rangeInWords(min, max), onlyInt && 'whole numbers'),
  initialValue: () => null,
  columnWidth: 110,
  isNumeric: true,
  isSortable: true,
  canBeRequired: true,
})
