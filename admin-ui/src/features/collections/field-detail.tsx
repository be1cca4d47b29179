import type { Field } from '@/api/wire'
import { Checkbox } from '@/components/form/checkbox'
import { FormField } from '@/components/form/form-field'
import { typeOf } from '../field-types/table'

interface FieldDetailProps {
  field: Field
  problem: (option: string) => string | undefined
  onChange: (change: Partial<Field>) => void
}

/** The options of a field: those of its type first, then those that all fields have. */
export function FieldDetail({ field, problem, onChange }: FieldDetailProps) {
  const { OptionsForm, canBeRequired } = typeOf(field)
  return (
    <div className="field-detail" role="group" aria-label={`Options of ${field.name}`}>
      <div className="form-grid">
        {OptionsForm && <OptionsForm field={field} onChange={onChange} problem={problem} />}
        <FormField
          label="Help text"
          isWide
          hint="Shown under the input when a record is edited"
          error={problem('help')}
        >
          {(link) => (
            <input
              {...link}
              className="input"
              value={field.help ?? ''}
              onChange={(event) => onChange({ help: event.target.value })}
            />
          )}
        </FormField>
      </div>
      <div className="field-switches">
        {canBeRequired && (
          <Checkbox
            isChecked={field.required === true}
            disabled={field.system}
            onChange={(required) => onChange({ required })}
          >
            Required
          </Checkbox>
        )}
        <Checkbox
          isChecked={field.hidden}
          disabled={field.system}
          onChange={(hidden) => onChange({ hidden })}
        >
          Hidden from everyone but superusers
        </Checkbox>
        <Checkbox isChecked={field.presentable} onChange={(presentable) => onChange({ presentable })}>
          Names the record in pickers
        </Checkbox>
      </div>
    </div>
  )
}
