import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useDeleteCollection } from '@/api/collections/mutations'
import { recordCount } from '@/api/records/queries'
import type { Collection } from '@/api/wire'
import { FormField } from '@/components/form/form-field'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { ErrorNotice } from '@/components/ui/notice'
import { showToast } from '@/components/ui/toasts'
import { plural } from '@/lib/plural'

/** Deleting a collection can’t be undone, so its name has to be typed. */
export function DeleteCollectionDialog({
  collection,
  onClose,
}: {
  collection: Collection
  onClose: () => void
}) {
  const [typed, setTyped] = useState('')
  const navigate = useNavigate()
  const remove = useDeleteCollection()
  const { data: count } = useQuery(recordCount(collection.id))
  const isConfirmed = typed === collection.name

  const handleDelete = () => {
    if (!isConfirmed) return
    remove.mutate(collection.id, {
      onSuccess: () => {
        showToast(`Deleted ${collection.name}`)
        void navigate({ to: '/data', ignoreBlocker: true })
      },
    })
  }

  return (
    <Dialog
      title={`Delete ${collection.name}?`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Keep it</Button>
          <Button variant="danger" disabled={!isConfirmed || remove.isPending} onClick={handleDelete}>
            Delete collection
          </Button>
        </>
      }
    >
      {remove.error && <ErrorNotice title="The collection could not be deleted" error={remove.error} />}
      <p>
        This deletes the collection and{' '}
        <strong>{count === undefined ? 'all its records' : plural(count, 'record')}</strong>, with their
        files. It can’t be undone.
      </p>
      <FormField label={`Type ${collection.name} to confirm`}>
        {(link) => (
          <input
            {...link}
            className="input"
            autoComplete="off"
            spellCheck={false}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === 'Enter') handleDelete()
            }}
          />
        )}
      </FormField>
    </Dialog>
  )
}
