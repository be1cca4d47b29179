import { useNavigate } from '@tanstack/react-router'
import { Trash2 } from 'lucide-react'
import { useState } from 'react'
import { problemsOf } from '@/api/api-error'
import { useSaveCollection } from '@/api/collections/mutations'
import type { Collection } from '@/api/wire'
import { Button } from '@/components/ui/button'
import { ErrorNotice, Notice } from '@/components/ui/notice'
import { showToast } from '@/components/ui/toasts'
import { UnsavedGuard } from '@/components/unsaved-guard'
import { plural } from '@/lib/plural'
import {
  changesOf,
  countChanges,
  draftOf,
  inputOf,
  needsConfirmation,
  type CollectionDraft,
} from './collection-draft.logic'
import { DeleteCollectionDialog } from './delete-collection-dialog'
import { ReviewDialog } from './review-dialog'
import { SaveBar } from './save-bar'
import { SchemaEditor } from './schema-editor'

/** Fields and indexes of a saved collection. */
export function SchemaPage({ collection }: { collection: Collection }) {
  const navigate = useNavigate()
  const save = useSaveCollection()
  const [saved, setSaved] = useState(collection)
  const [draft, setDraft] = useState<CollectionDraft>(() => draftOf(collection))
  const [dialog, setDialog] = useState<'review' | 'delete' | null>(null)
  const changes = changesOf(draft, saved)
  const count = countChanges(changes)

  const handleDiscard = () => {
    save.reset()
    setSaved(collection)
    setDraft(draftOf(collection))
  }

  const handleSave = () => {
    setDialog(null)
    save.mutate(
      { id: saved.id, input: inputOf(draft, saved) },
      {
        onSuccess: (answer) => {
          setSaved(answer)
          setDraft(draftOf(answer))
          showToast(`Saved ${answer.name}`)
          void navigate({
            to: '/data/$collection/schema',
            params: { collection: answer.name },
            replace: true,
            ignoreBlocker: true,
          })
        },
      },
    )
  }

  if (collection.type === 'view') {
    return (
      <div className="page-body">
        <Notice tone="info" title="View collections are read-only here">
          The fields of “{collection.name}” follow from its query.
        </Notice>
      </div>
    )
  }
  return (
    <>
      <div className="page-body">
        <div className="page-column">
          {save.error && <ErrorNotice title="The collection could not be saved" error={save.error} />}
          <SchemaEditor
            draft={draft}
            isSystem={collection.system}
            problems={problemsOf(save.error)}
            onChange={setDraft}
          />
          {!collection.system && (
            <section className="section" aria-label="Danger zone">
              <div>
                <Button variant="danger-quiet" icon={Trash2} onClick={() => setDialog('delete')}>
                  Delete this collection
                </Button>
              </div>
            </section>
          )}
        </div>
      </div>
      <SaveBar
        summary={count === 0 ? 'No unsaved changes' : plural(count, 'unsaved change')}
        saveLabel={needsConfirmation(changes) ? 'Review and save' : 'Save changes'}
        isDirty={count > 0}
        isSaving={save.isPending}
        onDiscard={handleDiscard}
        onSave={() => (needsConfirmation(changes) ? setDialog('review') : handleSave())}
      />
      {dialog === 'review' && (
        <ReviewDialog
          changes={changes}
          saved={saved}
          onCancel={() => setDialog(null)}
          onConfirm={handleSave}
        />
      )}
      {dialog === 'delete' && (
        <DeleteCollectionDialog collection={collection} onClose={() => setDialog(null)} />
      )}
      <UnsavedGuard isDirty={count > 0} what={`the changes to ${collection.name}`} />
    </>
  )
}
