import type { Collection } from '@/api/wire'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Notice } from '@/components/ui/notice'
import { rulesMentioning, type SchemaChanges } from './collection-draft.logic'
import { ruleDescriptions } from './rules'

interface ReviewDialogProps {
  changes: SchemaChanges
  saved: Collection
  onCancel: () => void
  onConfirm: () => void
}

function ruleLabels(names: readonly string[]): string {
  return ruleDescriptions
    .filter(({ name }) => names.includes(name))
    .map(({ label }) => label.toLowerCase())
    .join(', ')
}

/** Lists what gets lost or another name, before it happens. */
export function ReviewDialog({ changes, saved, onCancel, onConfirm }: ReviewDialogProps) {
  const { removed, renamed, newName } = changes
  const broken = rulesMentioning(saved, removed)
  const followed = rulesMentioning(
    saved,
    renamed.map(({ from }) => from),
  )
  return (
    <Dialog
      title={`Save these changes to ${saved.name}?`}
      onClose={onCancel}
      actions={
        <>
          <Button onClick={onCancel}>Keep editing</Button>
          <Button variant={removed.length > 0 ? 'danger' : 'primary'} onClick={onConfirm}>
            {removed.length > 0 ? 'Save and remove' : 'Save changes'}
          </Button>
        </>
      }
    >
      {removed.length > 0 && (
        <Notice tone="danger" title="Removed, with all their values">
          <ul>
            {removed.map((name) => (
              <li key={name}>
                <code>{name}</code>
              </li>
            ))}
          </ul>
        </Notice>
      )}
      {(renamed.length > 0 || newName !== null) && (
        <Notice tone="warn" title="Renamed: clients that use the old name stop working">
          <ul>
            {newName !== null && (
              <li>
                collection <code>{saved.name}</code> → <code>{newName}</code>
              </li>
            )}
            {renamed.map(({ from, to }) => (
              <li key={from}>
                <code>{from}</code> → <code>{to}</code>
              </li>
            ))}
          </ul>
        </Notice>
      )}
      {broken.length > 0 && (
        <p>These rules name a removed field and must be changed first: {ruleLabels(broken)}.</p>
      )}
      {followed.length > 0 && (
        <p className="muted">
          Rules and indexes of this collection follow the new names: {ruleLabels(followed)}.
        </p>
      )}
    </Dialog>
  )
}
