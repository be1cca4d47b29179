import type { FieldProblem, FieldTypeName } from '@/api/wire'
import { FormField } from '@/components/form/form-field'
import { newField, typeOf } from '../field-types/table'
import {
  addField,
  changeField,
  freeName,
  moveField,
  sentIndex,
  toggleRemoved,
  type CollectionDraft,
} from './collection-draft.logic'
import { FieldRow } from './field-row'
import { FieldTypePicker } from './field-type-picker'
import { IndexesEditor } from './indexes-editor'
import './schema-editor.css'
import { useState } from 'react'

interface SchemaEditorProps {
  draft: CollectionDraft
  isSystem: boolean
  isNew?: boolean
  problems: ReadonlyMap<string, FieldProblem>
  onChange: (draft: CollectionDraft) => void
}

/** Name, fields and indexes of a collection, as a draft. */
export function SchemaEditor({ draft, isSystem, isNew = false, problems, onChange }: SchemaEditorProps) {
  const [openKey, setOpenKey] = useState<string | null>(null)

  const handleAdd = (type: FieldTypeName) => {
    const key = `new-${crypto.randomUUID()}`
    onChange(addField(draft, newField(type, freeName(draft, typeOf({ type }).name)), key))
    setOpenKey(key)
  }

  return (
    <>
      <div className="schema-name">
        <FormField label="Name" isRequired error={problems.get('name')?.message}>
          {(link) => (
            <input
              {...link}
              className="input"
              autoFocus={isNew}
              autoComplete="off"
              spellCheck={false}
              disabled={isSystem}
              placeholder="posts"
              value={draft.name}
              onChange={(event) => onChange({ ...draft, name: event.target.value })}
            />
          )}
        </FormField>
      </div>
      <section className="section" aria-labelledby="fields-heading">
        <div className="section-head">
          <h2 id="fields-heading">Fields</h2>
          <FieldTypePicker onPick={handleAdd} />
        </div>
        <ul className="field-rows">
          {draft.fields.map((entry, index) => {
            const sent = `fields.${sentIndex(draft, entry.key)}.`
            return (
              <FieldRow
                key={entry.key}
                entry={entry}
                isFirst={index === 0}
                isLast={index === draft.fields.length - 1}
                isOpen={openKey === entry.key}
                problem={(option) => problems.get(sent + option)?.message}
                onToggleOpen={() => setOpenKey(openKey === entry.key ? null : entry.key)}
                onChange={(change) => onChange(changeField(draft, entry.key, change))}
                onMove={(by) => onChange(moveField(draft, entry.key, by))}
                onToggleRemoved={() => onChange(toggleRemoved(draft, entry.key))}
              />
            )
          })}
        </ul>
      </section>
      <IndexesEditor draft={draft} problems={problems} onChange={onChange} />
    </>
  )
}
