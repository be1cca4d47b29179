import type { FieldCellProps } from './definition'
import { EmptyCell } from './empty-cell'
import { asText } from './field-values'

/** Cells show the start of long texts; the record panel shows them whole. */
const SHOWN_LENGTH = 200

/** A text on one line. */
export function TextCell({ value }: FieldCellProps) {
  const text = asText(value)
  if (text === '') return <EmptyCell />
  return <span title={text.length > 30 ? text.slice(0, 1000) : undefined}>{text.slice(0, SHOWN_LENGTH)}</span>
}
