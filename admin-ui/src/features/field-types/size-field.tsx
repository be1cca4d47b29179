import { FormField } from '@/components/form/form-field'
import { NumberInput } from '@/components/form/number-input'
import { bytesInWords } from '@/lib/bytes'

interface SizeFieldProps {
  value: number
  /** What 0 stands for. */
  standard: string
  error: string | undefined
  onChange: (bytes: number) => void
}

/** A size limit in bytes, read out in larger units. */
export function SizeField({ value, standard, error, onChange }: SizeFieldProps) {
  return (
    <FormField
      label="Largest size in bytes"
      hint={value > 0 ? bytesInWords(value) : `0 means ${standard}`}
      error={error}
    >
      {(link) => (
        <NumberInput {...link} min={0} step={1} value={value} onChange={(bytes) => onChange(bytes ?? 0)} />
      )}
    </FormField>
  )
}
