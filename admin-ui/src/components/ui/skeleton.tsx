import './skeleton.css'

/** Grey rows in the place of what is being loaded. */
export function Skeleton({ label, rows = 8 }: { label: string; rows?: number }) {
  return (
    <div className="skeleton" role="status" aria-label={label}>
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className="skeleton-row" aria-hidden>
          <span />
          <span />
          <span />
          <span />
        </div>
      ))}
    </div>
  )
}
