import { AtSign } from 'lucide-react'
import type { EmailField } from '@/api/wire'
import { defineFieldType, type FieldInputProps } from '../definition'
import { DomainsForm, domainsInWords } from '../domains-form'
import { asText } from '../field-values'
import { TextCell } from '../text-cell'

function EmailInput({ value, onChange, link }: FieldInputProps<EmailField>) {
  return (
    <input
      {...link}
      type="email"
      className="input"
      autoComplete="off"
      value={asText(value)}
      onChange={(event) => onChange(event.target.value)}
    />
  )
}

export const emailType = defineFieldType<EmailField>({
  name: 'email',
  label: 'Email',
  description: 'One address',
  icon: AtSign,
  emptyOptions: { onlyDomains: [], exceptDomains: [] },
  OptionsForm: DomainsForm,
  Input: EmailInput,
  Cell: TextCell,
  summary: domainsInWords,
  initialValue: () => '',
  columnWidth: 210,
  isSearchable: true,
  isSortable: true,
  canBeRequired: true,
})
