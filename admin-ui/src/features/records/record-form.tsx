import { Trash2 } from 'lucide-react'
import { useEffect, useRef, useState, type KeyboardEvent } from 'react'
import { ApiError, problemsOf } from '@/api/api-error'
import { useSaveRecord } from '@/api/records/mutations'
import type { Collection, RecordData } from '@/api/wire'
import { Button, IconButton } from '@/components/ui/button'
import { ErrorNotice, Notice } from '@/components/ui/notice'
import { showToast } from '@/components/ui/toasts'
import { UnsavedGuard } from '@/components/unsaved-guard'
import { plural } from '@/lib/plural'
import { formFields } from './columns.logic'
import { bodyOf, changedFields, checkValues, differs, startValues } from './record-draft.logic'
import { RecordFields } from './record-fields'
import { RecordFacts } from './record-facts'

interface RecordFormProps {
  collection: Collection
  record: RecordData | null
  onClose: () => void
  onSaved: (id: string) => void
  onDelete: (id: string) => void
}

/** Creates or changes a record; only what was changed is sent. */
export function RecordForm({ collection, record, onClose, onSaved, onDelete }: RecordFormProps) {
  const isNew = record === null
  const isReadOnly = collection.type === 'view'
  const fields = formFields(collection.fields, isNew)
  const form = useRef<HTMLFormElement>(null)
  const save = useSaveRecord(collection.id)
  const [start, setStart] = useState(() => startValues(fields, record))
  const [values, setValues] = useState(start)
  const [version, setVersion] = useState(0)
  const [problems, setProblems] = useState<ReadonlyMap<string, string>>(new Map())
  const [refusals, setRefusals] = useState(0)
  const changed = changedFields(fields, start, values)
  const isDirty = changed.length > 0

  const incoming = startValues(fields, record)
  const isOutdated = !isNew && differs(fields, start, incoming)
  const adopt = () => {
    setStart(incoming)
    setValues(incoming)
    // Inputs that keep their own text start anew.
    setVersion(version + 1)
  }
  // A change from elsewhere is taken over, unless it would overwrite what is being typed.
  if (isOutdated && !isDirty) adopt()

  useEffect(() => {
    if (refusals > 0) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
  }, [refusals])

  useEffect(() => {
    if (isNew)
      form.current?.querySelector<HTMLElement>('.record-form-body input, .record-form-body textarea')?.focus()
  }, [isNew])

  const handleChange = (name: string, value: unknown) => {
    setValues((before) => ({ ...before, [name]: value }))
    setProblems((before) => new Map([...before].filter(([path]) => path !== name)))
  }

  const handleSave = () => {
    if (save.isPending) return
    const unsendable = checkValues(fields, values)
    setProblems(unsendable)
    if (unsendable.size > 0) {
      setRefusals(refusals + 1)
      return
    }
    save.mutate(
      { id: record?.id ?? null, body: bodyOf(changed, values) },
      {
        onSuccess: (saved) => {
          const fresh = startValues(fields, saved)
          setStart(fresh)
          setValues(fresh)
          setVersion(version + 1)
          showToast(isNew ? 'Record created' : 'Record saved')
          onSaved(saved.id)
        },
        onError: (error) => {
          setProblems(new Map([...problemsOf(error)].map(([path, { message }]) => [path, message])))
          setRefusals(refusals + 1)
        },
      },
    )
  }

  const handleKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') onClose()
    if ((event.ctrlKey || event.metaKey) && (event.key === 'Enter' || event.key === 's')) {
      event.preventDefault()
      if (isDirty || isNew) handleSave()
    }
  }

  const unplaced = [...problems].filter(([path]) => !fields.some(({ name }) => name === path))
  return (
    // Keys pressed anywhere in the form; each has a button as well.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <form
      ref={form}
      className="record-form"
      noValidate
      onKeyDown={handleKeyDown}
      onSubmit={(event) => {
        event.preventDefault()
        handleSave()
      }}
    >
      <div className="record-form-body">
        {save.error && (problems.size === 0 || !(save.error instanceof ApiError)) && (
          <ErrorNotice title="The record could not be saved" error={save.error} />
        )}
        {unplaced.length > 0 && (
          <Notice tone="danger" title="The record could not be saved">
            {unplaced.map(([path, message]) => (
              <span key={path}>
                <code>{path}</code> {message}
              </span>
            ))}
          </Notice>
        )}
        {isOutdated && isDirty && (
          <Notice
            tone="warn"
            title="This record was changed elsewhere"
            action={
              <Button size="small" onClick={adopt}>
                Load it
              </Button>
            }
          >
            Saving keeps your changes to {changed.map(({ name }) => name).join(', ')}.
          </Notice>
        )}
        {record && <RecordFacts collection={collection} record={record} />}
        <fieldset className="record-fields" disabled={isReadOnly}>
          <legend className="visually-hidden">Fields</legend>
          <RecordFields
            key={version}
            fields={fields}
            values={values}
            record={record}
            problems={problems}
            onChange={handleChange}
          />
        </fieldset>
      </div>
      <footer className="record-form-foot">
        {record && !isReadOnly && (
          <IconButton
            variant="danger-quiet"
            icon={Trash2}
            label="Delete this record"
            onClick={() => onDelete(record.id)}
          />
        )}
        <span className="muted" role="status">
          {isDirty && !isNew ? plural(changed.length, 'change') : ''}
        </span>
        <Button onClick={onClose}>Close</Button>
        {!isReadOnly && (
          <Button
            type="submit"
            variant="primary"
            disabled={save.isPending || (!isNew && !isDirty)}
            title="Ctrl+Enter"
          >
            {isNew ? 'Create record' : 'Save changes'}
          </Button>
        )}
      </footer>
      <UnsavedGuard
        isDirty={isDirty}
        what={isNew ? 'the new record' : 'the changes to this record'}
        leaves={(current, next) =>
          current.pathname !== next.pathname || current.search['rec'] !== next.search['rec']
        }
      />
    </form>
  )
}
