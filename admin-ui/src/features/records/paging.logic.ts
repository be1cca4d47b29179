import { plural } from '@/lib/plural'

export interface PageState {
  page: number
  perPage: number
  totalItems: number
}

export function pageCount({ perPage, totalItems }: Omit<PageState, 'page'>): number {
  return Math.max(1, Math.ceil(totalItems / perPage))
}

/** `1–50 of 1,204 records`. */
export function pageInWords({ page, perPage, totalItems }: PageState): string {
  const total = plural(totalItems, 'record')
  const first = (page - 1) * perPage + 1
  if (totalItems === 0 || first > totalItems || totalItems <= perPage) return total
  return `${first}–${Math.min(page * perPage, totalItems)} of ${total}`
}

/** The page meant by what was typed, inside the pages there are; null when it is no number. */
export function pageFrom(text: string, count: number): number | null {
  const page = Number.parseInt(text, 10)
  return Number.isNaN(page) ? null : Math.min(Math.max(page, 1), count)
}
