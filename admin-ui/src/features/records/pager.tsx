import { ChevronLeft, ChevronRight } from 'lucide-react'
import { IconButton } from '@/components/ui/button'
import { pageCount, pageFrom, pageInWords } from './paging.logic'
import { PAGE_SIZES } from './records-search'

interface PagerProps {
  page: number
  perPage: number
  totalItems: number
  onPage: (page: number) => void
  onPerPage: (perPage: number) => void
}

export function Pager({ page, perPage, totalItems, onPage, onPerPage }: PagerProps) {
  const count = pageCount({ perPage, totalItems })
  return (
    <div className="pager">
      <span role="status">{pageInWords({ page, perPage, totalItems })}</span>
      <label className="pager-size">
        Rows
        <select className="input" value={perPage} onChange={(event) => onPerPage(Number(event.target.value))}>
          {[...new Set([...PAGE_SIZES, perPage])]
            .sort((a, b) => a - b)
            .map((size) => (
              <option key={size} value={size}>
                {size}
              </option>
            ))}
        </select>
      </label>
      <span className="pager-steps">
        <IconButton
          size="small"
          icon={ChevronLeft}
          label="Previous page"
          disabled={page <= 1}
          onClick={() => onPage(page - 1)}
        />
        <label className="pager-jump">
          Page
          <input
            key={page}
            className="input"
            inputMode="numeric"
            defaultValue={page}
            onKeyDown={(event) => {
              const target = event.key === 'Enter' ? pageFrom(event.currentTarget.value, count) : null
              if (target !== null) onPage(target)
            }}
            onBlur={(event) => {
              event.currentTarget.value = String(page)
            }}
          />
          of {count}
        </label>
        <IconButton
          size="small"
          icon={ChevronRight}
          label="Next page"
          disabled={page >= count}
          onClick={() => onPage(page + 1)}
        />
      </span>
    </div>
  )
}
