import type { Field, RecordData } from '@/api/wire'
import { FormField } from '@/components/form/form-field'
import { typeOf } from '../field-types/table'
import type { RecordValues } from './record-draft.logic'

interface RecordFieldsProps {
  fields: readonly Field[]
  values: RecordValues
  record: RecordData | null
  problems: ReadonlyMap<string, string>
  onChange: (name: string, value: unknown) => void
}

/** One input for each field, in the order of the schema. */
export function RecordFields({ fields, values, record, problems, onChange }: RecordFieldsProps) {
  return fields.map((field) => {
    const { Input, icon } = typeOf(field)
    if (!Input) return null
    const isGenerated = field.type === 'text' && field.autogeneratePattern !== ''
    return (
      <FormField
        key={field.name}
        label={field.name}
        icon={icon}
        isRequired={field.required === true && !isGenerated}
        error={problems.get(field.name)}
        hint={field.help === undefined || field.help === '' ? undefined : field.help}
        aside={field.hidden ? <span className="faint">hidden</span> : undefined}
      >
        {(link) => (
          <Input
            field={field}
            value={values[field.name]}
            record={record}
            link={link}
            onChange={(value) => onChange(field.name, value)}
          />
        )}
      </FormField>
    )
  })
}
