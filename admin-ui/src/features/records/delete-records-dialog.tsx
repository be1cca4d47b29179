import { useDeleteRecords, type DeleteOutcome } from '@/api/records/mutations'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Notice } from '@/components/ui/notice'
import { showToast } from '@/components/ui/toasts'
import { plural } from '@/lib/plural'

interface DeleteRecordsDialogProps {
  collectionId: string
  ids: readonly string[]
  onClose: () => void
  onDeleted: (deleted: readonly string[]) => void
}

function Failures({ outcome }: { outcome: DeleteOutcome }) {
  return (
    <Notice tone="danger" title={`${plural(outcome.failed.length, 'record')} could not be deleted`}>
      <ul>
        {outcome.failed.slice(0, 10).map(({ id, reason }) => (
          <li key={id}>
            <code>{id}</code> {reason}
          </li>
        ))}
      </ul>
    </Notice>
  )
}

export function DeleteRecordsDialog({ collectionId, ids, onClose, onDeleted }: DeleteRecordsDialogProps) {
  const remove = useDeleteRecords(collectionId)
  const outcome = remove.data

  const handleDelete = () => {
    remove.mutate(ids, {
      onSuccess: ({ deleted, failed }) => {
        onDeleted(deleted)
        if (failed.length > 0) return
        showToast(`Deleted ${plural(deleted.length, 'record')}`)
        onClose()
      },
    })
  }

  return (
    <Dialog
      title={ids.length === 1 ? 'Delete this record?' : `Delete ${plural(ids.length, 'record')}?`}
      onClose={onClose}
      actions={
        outcome ? (
          <Button onClick={onClose}>Close</Button>
        ) : (
          <>
            <Button onClick={onClose}>Keep</Button>
            <Button variant="danger" disabled={remove.isPending} onClick={handleDelete}>
              {remove.isPending ? 'Deleting…' : 'Delete'}
            </Button>
          </>
        )
      }
    >
      {outcome ? (
        <Failures outcome={outcome} />
      ) : (
        <p>
          {ids.length === 1 && <code>{ids[0]}</code>} Files go with {ids.length === 1 ? 'it' : 'them'}, and
          relations are emptied or follow, as their fields say. This can’t be undone.
        </p>
      )}
    </Dialog>
  )
}
