import type { Collection, CollectionInput, Field, FieldInput, RuleName } from '@/api/wire'
import { renameInIndex } from '@/lib/index-sql'
import { mentionsField, renameInRule } from '@/lib/rule-text'

export interface FieldDraft {
  /** Stays the same while the field is renamed and moved. */
  key: string
  field: Field
  /** The name it is saved under; null for a new field. */
  savedName: string | null
  isRemoved: boolean
}

export interface IndexDraft {
  key: string
  sql: string
}

export interface CollectionDraft {
  name: string
  fields: readonly FieldDraft[]
  indexes: readonly IndexDraft[]
}

/** The draft of a saved collection, or of one that is being made. */
export function draftOf(collection: Pick<Collection, 'name' | 'fields' | 'indexes'>): CollectionDraft {
  return {
    name: collection.name,
    fields: collection.fields.map((field) => ({
      key: `saved-${field.id}`,
      field,
      savedName: field.name,
      isRemoved: false,
    })),
    indexes: collection.indexes.map((sql, index) => ({ key: `saved-${index}`, sql })),
  }
}

/** A name for a new field that is not yet taken: `field`, `field2`, … */
export function freeName(draft: CollectionDraft, wanted: string): string {
  const taken = new Set(draft.fields.map(({ field }) => field.name.toLowerCase()))
  for (let attempt = 1; ; attempt += 1) {
    const name = attempt === 1 ? wanted : `${wanted}${attempt}`
    if (!taken.has(name.toLowerCase())) return name
  }
}

/** Puts a new field behind the last one that a person wrote; automatic dates stay at the end. */
export function addField(draft: CollectionDraft, field: Field, key: string): CollectionDraft {
  const added: FieldDraft = { key, field, savedName: null, isRemoved: false }
  const behind = draft.fields.findLastIndex((other) => other.field.type !== 'autodate')
  const at = field.type === 'autodate' ? draft.fields.length : behind + 1
  return { ...draft, fields: draft.fields.toSpliced(at, 0, added) }
}

export function changeField(draft: CollectionDraft, key: string, change: Partial<Field>): CollectionDraft {
  return {
    ...draft,
    fields: draft.fields.map((entry) =>
      entry.key === key ? { ...entry, field: { ...entry.field, ...change } as Field } : entry,
    ),
  }
}

/** A new field is forgotten; a saved one is marked, and can be restored until the draft is saved. */
export function toggleRemoved(draft: CollectionDraft, key: string): CollectionDraft {
  return {
    ...draft,
    fields: draft.fields.flatMap((entry) => {
      if (entry.key !== key) return [entry]
      return entry.savedName === null ? [] : [{ ...entry, isRemoved: !entry.isRemoved }]
    }),
  }
}

export function moveField(draft: CollectionDraft, key: string, by: -1 | 1): CollectionDraft {
  const from = draft.fields.findIndex((entry) => entry.key === key)
  const to = from + by
  const moved = draft.fields[from]
  if (!moved || to < 0 || to >= draft.fields.length) return draft
  return { ...draft, fields: draft.fields.toSpliced(from, 1).toSpliced(to, 0, moved) }
}

export interface Renaming {
  from: string
  to: string
}

export interface SchemaChanges {
  added: string[]
  removed: string[]
  renamed: Renaming[]
  changed: string[]
  isReordered: boolean
  areIndexesChanged: boolean
  newName: string | null
}

function sameJson(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

/** What saving the draft would change. */
export function changesOf(draft: CollectionDraft, saved: Collection): SchemaChanges {
  const staying = draft.fields.filter(({ isRemoved }) => !isRemoved)
  const known = staying.filter(({ savedName }) => savedName !== null)
  const savedByName = new Map(saved.fields.map((field) => [field.name, field]))
  const savedOrder = saved.fields.filter(({ name }) => known.some(({ savedName }) => savedName === name))
  return {
    added: staying.filter(({ savedName }) => savedName === null).map(({ field }) => field.name),
    removed: draft.fields.filter(({ isRemoved }) => isRemoved).map(({ savedName }) => savedName ?? ''),
    renamed: known.flatMap(({ field, savedName }) =>
      savedName !== null && savedName !== field.name ? [{ from: savedName, to: field.name }] : [],
    ),
    changed: known
      .filter(({ field, savedName }) => {
        const before = savedByName.get(savedName ?? '')
        return before !== undefined && !sameJson({ ...field, name: before.name }, before)
      })
      .map(({ field }) => field.name),
    isReordered: !sameJson(
      known.map(({ savedName }) => savedName),
      savedOrder.map(({ name }) => name),
    ),
    areIndexesChanged: !sameJson(
      draft.indexes.map(({ sql }) => sql),
      saved.indexes,
    ),
    newName: draft.name === saved.name ? null : draft.name,
  }
}

export function countChanges(changes: SchemaChanges): number {
  const { added, removed, renamed, changed, isReordered, areIndexesChanged, newName } = changes
  const single = [isReordered, areIndexesChanged, newName !== null].filter(Boolean).length
  return added.length + removed.length + renamed.length + changed.length + single
}

/** Removed and renamed fields are confirmed: data goes, and clients may break. */
export function needsConfirmation(changes: SchemaChanges): boolean {
  return changes.removed.length + changes.renamed.length > 0 || changes.newName !== null
}

const RULES: readonly RuleName[] = [
  'listRule',
  'viewRule',
  'createRule',
  'updateRule',
  'deleteRule',
  'authRule',
  'manageRule',
]

/** The rules that name one of these fields. */
export function rulesMentioning(saved: Collection, fields: readonly string[]): RuleName[] {
  return RULES.filter((name) => fields.some((field) => mentionsField(saved[name] ?? '', field)))
}

/** The rules that follow a renaming, and only those. */
function renamedRules(saved: Collection, renamed: readonly Renaming[]): Pick<CollectionInput, RuleName> {
  const rules: Pick<CollectionInput, RuleName> = {}
  for (const name of RULES) {
    const before = saved[name]
    if (typeof before !== 'string') continue
    const after = renamed.reduce((rule, { from, to }) => renameInRule(rule, from, to), before)
    if (after !== before) rules[name] = after
  }
  return rules
}

/** What is sent for the draft. Indexes and rules follow renamed fields: the server asks for that. */
export function inputOf(draft: CollectionDraft, saved: Collection | null): CollectionInput {
  const renamed = saved ? changesOf(draft, saved).renamed : []
  return {
    name: draft.name.trim(),
    fields: draft.fields
      .filter(({ isRemoved }) => !isRemoved)
      .map(({ field }): FieldInput => {
        const { id, ...rest } = field
        return id === '' ? rest : field
      }),
    indexes: draft.indexes.map(({ sql }) =>
      renamed.reduce((text, { from, to }) => renameInIndex(text, from, to), sql),
    ),
    ...(saved ? renamedRules(saved, renamed) : {}),
  }
}

/** The server counts fields as they were sent; this finds the draft’s entry again. */
export function sentIndex(draft: CollectionDraft, key: string): number {
  return draft.fields.filter(({ isRemoved }) => !isRemoved).findIndex((entry) => entry.key === key)
}
