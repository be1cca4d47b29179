import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Box, UserRound } from 'lucide-react'
import { useState } from 'react'
import { problemsOf } from '@/api/api-error'
import { useSaveCollection } from '@/api/collections/mutations'
import { collectionScaffolds } from '@/api/collections/queries'
import type { Collection } from '@/api/wire'
import { Segmented } from '@/components/ui/segmented'
import { ErrorNotice } from '@/components/ui/notice'
import { Skeleton } from '@/components/ui/skeleton'
import { showToast } from '@/components/ui/toasts'
import { UnsavedGuard } from '@/components/unsaved-guard'
import { newField } from '../field-types/table'
import { addField, draftOf, inputOf, type CollectionDraft } from './collection-draft.logic'
import { SaveBar } from './save-bar'
import { SchemaEditor } from './schema-editor'

export type NewCollectionType = 'base' | 'auth'

const types = [
  { value: 'base', label: 'Base', icon: Box },
  { value: 'auth', label: 'Auth', icon: UserRound },
] as const

const meanings: Record<NewCollectionType, string> = {
  base: 'Plain records with the fields you choose.',
  auth: 'Records that can sign in, with email and password to begin with.',
}

/** What the server gives a new collection, and the two dates that most people want. */
function startDraft(scaffold: Collection): CollectionDraft {
  const created = { ...newField('autodate', 'created'), onCreate: true, onUpdate: false }
  const updated = { ...newField('autodate', 'updated'), onCreate: true, onUpdate: true }
  const empty = draftOf({ name: '', fields: scaffold.fields, indexes: [] })
  return addField(addField(empty, created, 'new-created'), updated, 'new-updated')
}

interface NewCollectionPageProps {
  type: NewCollectionType
  onTypeChange: (type: NewCollectionType) => void
}

export function NewCollectionPage({ type, onTypeChange }: NewCollectionPageProps) {
  const { data: scaffolds, error, refetch } = useQuery(collectionScaffolds())
  const scaffold = scaffolds?.[type]
  return (
    <div className="collection-page">
      <header className="page-header">
        <h1>New collection</h1>
      </header>
      {error && (
        <div className="page-body">
          <ErrorNotice
            title="A new collection can’t be started"
            error={error}
            onRetry={() => void refetch()}
          />
        </div>
      )}
      {!error && !scaffold && <Skeleton label="Loading" />}
      {scaffold && (
        <NewCollectionForm key={type} type={type} scaffold={scaffold} onTypeChange={onTypeChange} />
      )}
    </div>
  )
}

function NewCollectionForm({
  type,
  scaffold,
  onTypeChange,
}: NewCollectionPageProps & { scaffold: Collection }) {
  const navigate = useNavigate()
  const save = useSaveCollection()
  const [start] = useState(() => startDraft(scaffold))
  const [draft, setDraft] = useState(start)
  const isDirty = draft !== start

  const handleSave = () => {
    save.mutate(
      { id: null, input: { ...inputOf(draft, null), type } },
      {
        onSuccess: ({ name }) => {
          showToast(`Created ${name}`)
          void navigate({ to: '/data/$collection', params: { collection: name }, ignoreBlocker: true })
        },
      },
    )
  }

  return (
    <>
      <div className="page-body">
        <div className="page-column">
          {save.error && <ErrorNotice title="The collection could not be created" error={save.error} />}
          <div className="section">
            <div className="section-head">
              <Segmented label="Type of collection" options={types} value={type} onChange={onTypeChange} />
              <span className="muted">{meanings[type]}</span>
            </div>
          </div>
          <SchemaEditor
            draft={draft}
            isSystem={false}
            isNew
            problems={problemsOf(save.error)}
            onChange={setDraft}
          />
          <p className="muted">
            A new collection is locked: only superusers reach its records until you open it on the Access
            page.
          </p>
        </div>
      </div>
      <SaveBar
        summary={draft.name.trim() === '' ? 'The collection needs a name' : 'Not created yet'}
        saveLabel="Create collection"
        isDirty={isDirty && draft.name.trim() !== ''}
        isSaving={save.isPending}
        onDiscard={() => setDraft(start)}
        onSave={handleSave}
      />
      <UnsavedGuard isDirty={isDirty} what="the new collection" />
    </>
  )
}
