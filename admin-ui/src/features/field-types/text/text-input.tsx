import type { TextField } from '@/api/wire'
import type { FieldInputProps } from '../definition'
import { asText } from '../field-values'

/** Grows with its text, so that short and long texts need no two types. */
export function TextInput({ field, value, onChange, link, record }: FieldInputProps<TextField>) {
  const isGenerated = record === null && field.autogeneratePattern !== ''
  const placeholder = isGenerated ? 'Leave empty to generate' : undefined
  if (field.primaryKey) {
    return (
      <input
        {...link}
        className="input"
        data-mono=""
        value={asText(value)}
        readOnly={record !== null}
        placeholder={placeholder}
        onChange={(event) => onChange(event.target.value)}
      />
    )
  }
  return (
    <textarea
      {...link}
      className="input"
      data-one-line=""
      rows={1}
      value={asText(value)}
      placeholder={placeholder}
      onChange={(event) => onChange(event.target.value)}
    />
  )
}
