import { Type } from 'lucide-react'
import type { TextField } from '@/api/wire'
import { defineFieldType } from '../definition'
import { rangeInWords, sentence } from '../field-values'
import { TextCell } from '../text-cell'
import { TextInput } from './text-input'
import { TextOptions } from './text-options'

export const textType = defineFieldType<TextField>({
  name: 'text',
  label: 'Plain text',
  description: 'Titles, names, anything short or long',
  icon: Type,
  emptyOptions: { min: 0, max: 0, pattern: '', autogeneratePattern: '', primaryKey: false },
  OptionsForm: TextOptions,
  Input: TextInput,
  Cell: TextCell,
  summary: ({ min, max, pattern, autogeneratePattern }) => {
    const range = rangeInWords(min > 0 ? min : null, max > 0 ? max : null)
    return sentence(
      range !== '' && `${range} characters`,
      pattern !== '' && `matches ${pattern}`,
      autogeneratePattern !== '' && 'generated',
    )
  },
  initialValue: () => '',
  columnWidth: 200,
  isSearchable: true,
  isSortable: true,
  canBeRequired: true,
})
