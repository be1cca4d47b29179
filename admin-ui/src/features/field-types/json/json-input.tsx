import { useState } from 'react'
import type { JsonField } from '@/api/wire'
import type { FieldInputProps } from '../definition'
import { jsonProblem, readJson, UnreadableJson } from './unreadable-json'

function textOf(value: unknown): string {
  if (value instanceof UnreadableJson) return value.text
  return value === null || value === undefined ? '' : JSON.stringify(value, null, 2)
}

export function JsonInput({ value, onChange, link }: FieldInputProps<JsonField>) {
  const [text, setText] = useState(textOf(value))
  const problem = value instanceof UnreadableJson ? jsonProblem(value.text) : undefined
  return (
    <>
      <textarea
        {...link}
        className="input"
        data-mono=""
        data-invalid={problem !== undefined}
        rows={4}
        spellCheck={false}
        placeholder="null"
        value={text}
        onChange={(event) => {
          setText(event.target.value)
          onChange(readJson(event.target.value))
        }}
        onBlur={() => {
          if (problem === undefined) setText(textOf(value))
        }}
      />
      {problem !== undefined && link['aria-invalid'] === undefined && (
        <span className="form-error">{problem}</span>
      )}
    </>
  )
}
