import { useState } from 'react'
import { joinList, splitList } from '@/lib/list-text'
import type { InputLink } from './form-field'

interface ListInputProps extends Partial<InputLink> {
  value: readonly string[]
  onChange: (value: string[]) => void
  placeholder?: string
}

/** A list of words, written with commas or line breaks between them. */
export function ListInput({ value, onChange, ...rest }: ListInputProps) {
  const [text, setText] = useState(joinList(value))
  return (
    <input
      className="input"
      value={text}
      onChange={(event) => {
        setText(event.target.value)
        onChange(splitList(event.target.value))
      }}
      onBlur={() => setText(joinList(value))}
      {...rest}
    />
  )
}
