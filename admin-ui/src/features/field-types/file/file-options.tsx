import type { FileField } from '@/api/wire'
import { Checkbox } from '@/components/form/checkbox'
import { FormField } from '@/components/form/form-field'
import { ListInput } from '@/components/form/list-input'
import type { FieldOptionsProps } from '../definition'
import { MaximumField } from '../maximum-field'
import { SizeField } from '../size-field'

export function FileOptions({ field, onChange, problem }: FieldOptionsProps<FileField>) {
  return (
    <>
      <MaximumField
        value={field.maxSelect}
        noun="files"
        error={problem('maxSelect')}
        onChange={(maxSelect) => onChange({ maxSelect })}
      />
      <SizeField
        value={field.maxSize}
        standard="5 MB"
        error={problem('maxSize')}
        onChange={(maxSize) => onChange({ maxSize })}
      />
      <FormField label="Allowed types" hint="Empty means any" error={problem('mimeTypes')}>
        {(link) => (
          <ListInput
            {...link}
            placeholder="image/png, application/pdf"
            value={field.mimeTypes}
            onChange={(mimeTypes) => onChange({ mimeTypes })}
          />
        )}
      </FormField>
      <FormField label="Thumbnail sizes" hint="Width x height; 0 keeps the ratio" error={problem('thumbs')}>
        {(link) => (
          <ListInput
            {...link}
            placeholder="100x100, 480x0"
            value={field.thumbs}
            onChange={(thumbs) => onChange({ thumbs })}
          />
        )}
      </FormField>
      <div className="form-wide">
        <Checkbox
          isChecked={field.protected}
          onChange={(isProtected) => onChange({ protected: isProtected })}
        >
          Protected: opens only for those who may view the record
        </Checkbox>
      </div>
    </>
  )
}
