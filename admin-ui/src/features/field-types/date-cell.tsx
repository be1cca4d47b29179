import { localWords, parseStored, shortUtc } from '@/lib/dates'
import type { FieldCellProps } from './definition'
import { EmptyCell } from './empty-cell'
import { asText } from './field-values'

/** A stored date; the tooltip has it in the person’s own zone. */
export function DateCell({ value }: FieldCellProps) {
  const stored = asText(value)
  if (stored === '') return <EmptyCell />
  return (
    <time dateTime={parseStored(stored)?.toISOString()} title={localWords(stored)}>
      {shortUtc(stored)}
    </time>
  )
}
