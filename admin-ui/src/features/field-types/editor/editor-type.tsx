import { FilePenLine } from 'lucide-react'
import type { EditorField } from '@/api/wire'
import { Checkbox } from '@/components/form/checkbox'
import { plainText } from '@/lib/plain-text'
import {
  defineFieldType,
  type FieldCellProps,
  type FieldInputProps,
  type FieldOptionsProps,
} from '../definition'
import { EmptyCell } from '../empty-cell'
import { asText } from '../field-values'
import { SizeField } from '../size-field'
import { bytesInWords } from '@/lib/bytes'

/** The HTML is edited as it is: nothing that others wrote is ever rendered in the console. */
function EditorInput({ value, onChange, link }: FieldInputProps<EditorField>) {
  return (
    <textarea
      {...link}
      className="input"
      data-mono=""
      rows={5}
      spellCheck={false}
      placeholder="<p>…</p>"
      value={asText(value)}
      onChange={(event) => onChange(event.target.value)}
    />
  )
}

function EditorCell({ value }: FieldCellProps) {
  const text = plainText(asText(value).slice(0, 1000))
  return text === '' ? <EmptyCell /> : <>{text.slice(0, 200)}</>
}

function EditorOptions({ field, onChange, problem }: FieldOptionsProps<EditorField>) {
  return (
    <>
      <SizeField
        value={field.maxSize}
        standard="5 MB"
        error={problem('maxSize')}
        onChange={(maxSize) => onChange({ maxSize })}
      />
      <div className="form-wide">
        <Checkbox isChecked={field.convertURLs} onChange={(convertURLs) => onChange({ convertURLs })}>
          Strip the host from links, so that texts can move between servers
        </Checkbox>
      </div>
    </>
  )
}

export const editorType = defineFieldType<EditorField>({
  name: 'editor',
  label: 'Rich text',
  description: 'HTML for articles and notes',
  icon: FilePenLine,
  emptyOptions: { maxSize: 0, convertURLs: false },
  OptionsForm: EditorOptions,
  Input: EditorInput,
  Cell: EditorCell,
  summary: ({ maxSize }) => (maxSize > 0 ? `up to ${bytesInWords(maxSize)}` : ''),
  initialValue: () => '',
  columnWidth: 240,
  isSearchable: true,
  isSortable: true,
  canBeRequired: true,
})
