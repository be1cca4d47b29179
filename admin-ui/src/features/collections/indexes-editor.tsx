import { Plus, Trash2 } from 'lucide-react'
import type { FieldProblem } from '@/api/wire'
import { Checkbox } from '@/components/form/checkbox'
import { FormField } from '@/components/form/form-field'
import { Button, IconButton } from '@/components/ui/button'
import { buildIndex, parseIndex, type IndexParts } from '@/lib/index-sql'
import type { CollectionDraft, IndexDraft } from './collection-draft.logic'

interface IndexesEditorProps {
  draft: CollectionDraft
  problems: ReadonlyMap<string, FieldProblem>
  onChange: (draft: CollectionDraft) => void
}

function newIndex(draft: CollectionDraft): IndexDraft {
  const mark = crypto.randomUUID().slice(0, 8)
  const parts: IndexParts = { isUnique: false, name: `idx_${mark}`, columns: [], tail: '' }
  return { key: mark, sql: buildIndex(parts, draft.name) }
}

/** Indexes as statements, with boxes for what is usually changed. */
export function IndexesEditor({ draft, problems, onChange }: IndexesEditorProps) {
  const setIndexes = (indexes: readonly IndexDraft[]) => onChange({ ...draft, indexes })
  const setSql = (key: string, sql: string) =>
    setIndexes(draft.indexes.map((index) => (index.key === key ? { key, sql } : index)))
  const columns = draft.fields.filter(({ isRemoved }) => !isRemoved).map(({ field }) => field.name)

  return (
    <section className="section" aria-labelledby="indexes-heading">
      <div className="section-head">
        <h2 id="indexes-heading">Indexes</h2>
        <Button size="small" icon={Plus} onClick={() => setIndexes([...draft.indexes, newIndex(draft)])}>
          Add index
        </Button>
      </div>
      {draft.indexes.length === 0 && (
        <p className="muted">
          No indexes yet. Add one for fields that are often filtered, or that must be unique.
        </p>
      )}
      {draft.indexes.map(({ key, sql }, position) => {
        const parts = parseIndex(sql)
        const toggle = (column: string) => {
          if (!parts) return
          const isIn = parts.columns.includes(column)
          const next = isIn ? parts.columns.filter((name) => name !== column) : [...parts.columns, column]
          setSql(key, buildIndex({ ...parts, columns: next }, draft.name))
        }
        return (
          <div key={key} className="index-row">
            <div>
              <FormField label={`Index ${position + 1}`} error={problems.get(`indexes.${position}`)?.message}>
                {(link) => (
                  <textarea
                    {...link}
                    className="input"
                    data-mono=""
                    data-one-line=""
                    rows={1}
                    spellCheck={false}
                    value={sql}
                    onChange={(event) => setSql(key, event.target.value)}
                  />
                )}
              </FormField>
              {parts && (
                <div className="index-columns" role="group" aria-label={`Columns of index ${position + 1}`}>
                  <Checkbox
                    isChecked={parts.isUnique}
                    onChange={(isUnique) => setSql(key, buildIndex({ ...parts, isUnique }, draft.name))}
                  >
                    <strong>Unique</strong>
                  </Checkbox>
                  {columns.map((column) => (
                    <Checkbox
                      key={column}
                      isChecked={parts.columns.includes(column)}
                      onChange={() => toggle(column)}
                    >
                      {column}
                    </Checkbox>
                  ))}
                </div>
              )}
            </div>
            <IconButton
              icon={Trash2}
              label={`Remove index ${position + 1}`}
              onClick={() => setIndexes(draft.indexes.filter((index) => index.key !== key))}
            />
          </div>
        )
      })}
    </section>
  )
}
