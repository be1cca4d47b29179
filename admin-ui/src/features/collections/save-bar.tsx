import { Button } from '@/components/ui/button'

interface SaveBarProps {
  /** What is not saved yet, in words. */
  summary: string
  saveLabel: string
  isDirty: boolean
  isSaving: boolean
  onDiscard: () => void
  onSave: () => void
}

export function SaveBar({ summary, saveLabel, isDirty, isSaving, onDiscard, onSave }: SaveBarProps) {
  return (
    <div className="save-bar">
      <span role="status">{summary}</span>
      <Button onClick={onDiscard} disabled={!isDirty || isSaving}>
        Discard
      </Button>
      <Button variant="primary" onClick={onSave} disabled={!isDirty || isSaving}>
        {isSaving ? 'Saving…' : saveLabel}
      </Button>
    </div>
  )
}
