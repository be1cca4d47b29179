import { Paperclip } from 'lucide-react'
import type { FileField } from '@/api/wire'
import { bytesInWords } from '@/lib/bytes'
import { defineFieldType } from '../definition'
import { holdsMany, sentence } from '../field-values'
import { FileCell } from './file-cell'
import { writeFiles } from './file-draft'
import { FileInput } from './file-input'
import { FileOptions } from './file-options'

export const fileType = defineFieldType<FileField>({
  name: 'file',
  label: 'File',
  description: 'Uploads: images, documents, anything',
  icon: Paperclip,
  emptyOptions: { maxSelect: 1, maxSize: 0, mimeTypes: [], thumbs: [], protected: false },
  OptionsForm: FileOptions,
  Input: FileInput,
  Cell: FileCell,
  summary: (field) =>
    sentence(
      holdsMany(field) && `up to ${field.maxSelect} files`,
      field.maxSize > 0 && `up to ${bytesInWords(field.maxSize)}`,
      field.mimeTypes.join(', '),
      field.protected && 'protected',
    ),
  initialValue: (field) => (holdsMany(field) ? [] : ''),
  write: (field, value) => writeFiles(field.name, holdsMany(field), value),
  columnWidth: 170,
  isSortable: true,
  canBeRequired: true,
})
