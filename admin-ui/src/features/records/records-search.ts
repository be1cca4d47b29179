import * as z from 'zod/mini'

export const PAGE_SIZES = [50, 100, 200, 500] as const

/** The state of the records page, as it stands in the address. */
export const recordsSearch = z.object({
  filter: z.catch(z._default(z.string(), ''), ''),
  sort: z.catch(z._default(z.string(), ''), ''),
  page: z.catch(z._default(z.int().check(z.positive()), 1), 1),
  perPage: z.catch(z._default(z.int().check(z.positive(), z.maximum(500)), 50), 50),
  /** The open record; `new` for one that is being made. */
  rec: z.catch(z._default(z.string(), ''), ''),
  /** Whether the list of live events is open. */
  live: z.catch(z._default(z.boolean(), false), false),
})

export type RecordsSearch = z.infer<typeof recordsSearch>

export const recordsSearchDefaults: RecordsSearch = {
  filter: '',
  sort: '',
  page: 1,
  perPage: 50,
  rec: '',
  live: false,
}

export const NEW_RECORD = 'new'
