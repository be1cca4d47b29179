import { Link as LinkIcon } from 'lucide-react'
import type { UrlField } from '@/api/wire'
import { defineFieldType, type FieldCellProps, type FieldInputProps } from '../definition'
import { DomainsForm, domainsInWords } from '../domains-form'
import { EmptyCell } from '../empty-cell'
import { asText } from '../field-values'

function UrlInput({ value, onChange, link }: FieldInputProps<UrlField>) {
  return (
    <input
      {...link}
      type="url"
      className="input"
      placeholder="https://"
      value={asText(value)}
      onChange={(event) => onChange(event.target.value)}
    />
  )
}

function UrlCell({ value }: FieldCellProps) {
  const text = asText(value)
  if (text === '') return <EmptyCell />
  // Only web addresses become links: the value was written by anyone.
  if (!/^https?:\/\//i.test(text)) return <>{text}</>
  return (
    <a href={text} target="_blank" rel="noopener noreferrer">
      {text}
    </a>
  )
}

export const urlType = defineFieldType<UrlField>({
  name: 'url',
  label: 'URL',
  description: 'A web address',
  icon: LinkIcon,
  emptyOptions: { onlyDomains: [], exceptDomains: [] },
  OptionsForm: DomainsForm,
  Input: UrlInput,
  Cell: UrlCell,
  summary: domainsInWords,
  initialValue: () => '',
  columnWidth: 200,
  isSearchable: true,
  isSortable: true,
  canBeRequired: true,
})
