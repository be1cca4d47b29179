import { FormField } from '@/components/form/form-field'
import { ListInput } from '@/components/form/list-input'

interface Domains {
  onlyDomains: string[]
  exceptDomains: string[]
}

interface DomainsFormProps {
  field: Domains
  onChange: (change: Partial<Domains>) => void
  problem: (option: string) => string | undefined
}

/** Which domains an address may or may not have. */
export function DomainsForm({ field, onChange, problem }: DomainsFormProps) {
  return (
    <>
      <FormField label="Only these domains" hint="Separated by commas" error={problem('onlyDomains')}>
        {(link) => (
          <ListInput
            {...link}
            value={field.onlyDomains}
            placeholder="example.com"
            onChange={(onlyDomains) => onChange({ onlyDomains })}
          />
        )}
      </FormField>
      <FormField label="Except these domains" hint="Separated by commas" error={problem('exceptDomains')}>
        {(link) => (
          <ListInput
            {...link}
            value={field.exceptDomains}
            placeholder="example.com"
            onChange={(exceptDomains) => onChange({ exceptDomains })}
          />
        )}
      </FormField>
    </>
  )
}

export function domainsInWords(field: Domains): string {
  if (field.onlyDomains.length > 0) return `only ${field.onlyDomains.join(', ')}`
  return field.exceptDomains.length > 0 ? `not ${field.exceptDomains.join(', ')}` : ''
}
