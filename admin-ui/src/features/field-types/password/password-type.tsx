import { KeyRound } from 'lucide-react'
import type { PasswordField } from '@/api/wire'
import { defineFieldType } from '../definition'
import { asText, rangeInWords, sentence } from '../field-values'
import { PasswordInput } from './password-input'
import { PasswordOptions } from './password-options'

/** A password never comes back from the server. */
function PasswordCell() {
  return <span className="cell-empty">hidden</span>
}

export const passwordType = defineFieldType<PasswordField>({
  name: 'password',
  label: 'Password',
  description: 'Stored as a hash, never shown again',
  icon: KeyRound,
  emptyOptions: { min: 8, max: 71, pattern: '', cost: 0 },
  OptionsForm: PasswordOptions,
  Input: PasswordInput,
  Cell: PasswordCell,
  summary: ({ min, max }) => {
    const range = rangeInWords(min > 0 ? min : null, max > 0 ? max : null)
    return sentence(range !== '' && `${range} characters`)
  },
  initialValue: () => '',
  write: (field, value) => {
    const text = asText(value)
    if (text === '') return {}
    return { json: { [field.name]: text, [`${field.name}Confirm`]: text } }
  },
  columnWidth: 110,
  hasColumn: false,
  isSortable: false,
  canBeRequired: true,
})
