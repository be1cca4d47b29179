import './field-types.css'

/** What stands in a cell without a value. */
export function EmptyCell() {
  return (
    <span className="cell-empty">
      <span aria-hidden>—</span>
      <span className="visually-hidden">empty</span>
    </span>
  )
}
