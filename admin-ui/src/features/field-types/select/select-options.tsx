import { useState } from 'react'
import type { SelectField } from '@/api/wire'
import { FormField } from '@/components/form/form-field'
import { splitList } from '@/lib/list-text'
import type { FieldOptionsProps } from '../definition'
import { MaximumField } from '../maximum-field'

export function SelectOptions({ field, onChange, problem }: FieldOptionsProps<SelectField>) {
  const [text, setText] = useState(field.values.join('\n'))
  return (
    <>
      <FormField label="Values" isRequired isWide hint="One on each line" error={problem('values')}>
        {(link) => (
          <textarea
            {...link}
            className="input"
            rows={3}
            value={text}
            onChange={(event) => {
              setText(event.target.value)
              onChange({ values: splitList(event.target.value) })
            }}
          />
        )}
      </FormField>
      <MaximumField
        value={field.maxSelect}
        noun="values"
        error={problem('maxSelect')}
        onChange={(maxSelect) => onChange({ maxSelect })}
      />
    </>
  )
}
