import { useQuery } from '@tanstack/react-query'
import { collectionList } from '@/api/collections/queries'
import type { RelationField } from '@/api/wire'
import { Checkbox } from '@/components/form/checkbox'
import { FormField } from '@/components/form/form-field'
import { NumberInput } from '@/components/form/number-input'
import type { FieldOptionsProps } from '../definition'
import { MaximumField } from '../maximum-field'

export function RelationOptions({ field, onChange, problem }: FieldOptionsProps<RelationField>) {
  const { data: collections = [] } = useQuery(collectionList())
  const isSaved = field.id !== ''
  return (
    <>
      <FormField
        label="Collection"
        isRequired
        hint={isSaved ? 'Can’t be changed once the field is saved' : undefined}
        error={problem('collectionId')}
      >
        {(link) => (
          <select
            {...link}
            className="input"
            disabled={isSaved}
            value={field.collectionId}
            onChange={(event) => onChange({ collectionId: event.target.value })}
          >
            <option value="">Choose a collection</option>
            {collections
              .filter(({ type }) => type !== 'view')
              .map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
          </select>
        )}
      </FormField>
      <MaximumField
        value={field.maxSelect}
        noun="records"
        error={problem('maxSelect')}
        onChange={(maxSelect) => onChange({ maxSelect })}
      />
      {field.maxSelect > 1 && (
        <FormField label="Least records" error={problem('minSelect')}>
          {(link) => (
            <NumberInput
              {...link}
              min={0}
              step={1}
              value={field.minSelect}
              onChange={(minSelect) => onChange({ minSelect: minSelect ?? 0 })}
            />
          )}
        </FormField>
      )}
      <div className="form-wide">
        <Checkbox isChecked={field.cascadeDelete} onChange={(cascadeDelete) => onChange({ cascadeDelete })}>
          Delete this record when the record it points to is deleted
        </Checkbox>
      </div>
    </>
  )
}
