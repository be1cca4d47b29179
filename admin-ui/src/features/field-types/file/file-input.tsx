import { Upload, X } from 'lucide-react'
import { useRef, useState } from 'react'
import type { FileField, RecordData } from '@/api/wire'
import { Badge } from '@/components/ui/badge'
import { Button, IconButton } from '@/components/ui/button'
import { bytesInWords } from '@/lib/bytes'
import type { FieldInputProps } from '../definition'
import { holdsMany } from '../field-values'
import { FileDraft } from './file-draft'
import { FileThumb, useFileUrl } from './file-thumb'

interface StoredFileProps {
  field: FileField
  record: RecordData
  name: string
  onRemove: () => void
}

function StoredFile({ field, record, name, onRemove }: StoredFileProps) {
  const urlOf = useFileUrl(field, record)
  return (
    <li className="picker-item">
      <FileThumb name={name} url={urlOf(name, '100x100')} />
      <a className="picker-item-name truncate" href={urlOf(name)} target="_blank" rel="noopener noreferrer">
        {name}
      </a>
      <IconButton size="small" icon={X} label={`Remove ${name}`} onClick={onRemove} />
    </li>
  )
}

/** Stored files, files to be uploaded, and a place to drop more. */
export function FileInput({ field, value, onChange, link, record }: FieldInputProps<FileField>) {
  const [isOver, setIsOver] = useState(false)
  const picker = useRef<HTMLInputElement>(null)
  const draft = FileDraft.of(value)
  const isMany = holdsMany(field)

  const handleFiles = (files: FileList | null) => {
    if (files && files.length > 0) onChange(draft.add([...files], isMany))
  }

  return (
    <div className="picker">
      {draft.kept.length + draft.added.length > 0 && (
        <ul className="picker-chosen" aria-label={`Files of ${field.name}`}>
          {record &&
            draft.kept.map((name) => (
              <StoredFile
                key={name}
                field={field}
                record={record}
                name={name}
                onRemove={() => onChange(draft.drop(name))}
              />
            ))}
          {draft.added.map((file) => (
            <li key={`${file.name}-${file.lastModified}-${file.size}`} className="picker-item">
              <Badge tone="accent">New</Badge>
              <span className="picker-item-name truncate">{file.name}</span>
              <span className="faint">{bytesInWords(file.size)}</span>
              <IconButton
                size="small"
                icon={X}
                label={`Remove ${file.name}`}
                onClick={() => onChange(draft.dropAdded(file))}
              />
            </li>
          ))}
        </ul>
      )}
      {/* Dropping is a shortcut for the pointer; the button inside does the same. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <div
        className="file-drop"
        role="group"
        aria-label={`Upload to ${field.name}`}
        data-over={isOver}
        onDragOver={(event) => {
          event.preventDefault()
          setIsOver(true)
        }}
        onDragLeave={() => setIsOver(false)}
        onDrop={(event) => {
          event.preventDefault()
          setIsOver(false)
          handleFiles(event.dataTransfer.files)
        }}
      >
        <Button size="small" icon={Upload} onClick={() => picker.current?.click()}>
          {isMany ? 'Add files' : 'Choose a file'}
        </Button>
        <span>or drop {isMany ? 'them' : 'it'} here</span>
        <input
          {...link}
          ref={picker}
          type="file"
          className="visually-hidden"
          tabIndex={-1}
          multiple={isMany}
          accept={field.mimeTypes.join(',')}
          onChange={(event) => {
            handleFiles(event.target.files)
            event.target.value = ''
          }}
        />
      </div>
    </div>
  )
}
