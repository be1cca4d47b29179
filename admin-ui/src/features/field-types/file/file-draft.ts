import type { WrittenValue } from '../definition'
import { asList } from '../field-values'

/** What a person is about to do with the files of a field. */
export class FileDraft {
  constructor(
    /** Stored files that stay. */
    readonly kept: readonly string[],
    /** Stored files that go. */
    readonly removed: readonly string[],
    /** Files to be uploaded. */
    readonly added: readonly File[],
  ) {}

  static of(value: unknown): FileDraft {
    return value instanceof FileDraft ? value : new FileDraft(asList(value), [], [])
  }

  /** A field for a single file swaps the old one for the new one. */
  add(files: readonly File[], isMany: boolean): FileDraft {
    if (isMany) return new FileDraft(this.kept, this.removed, [...this.added, ...files])
    return new FileDraft([], [...this.removed, ...this.kept], files.slice(0, 1))
  }

  drop(name: string): FileDraft {
    return new FileDraft(
      this.kept.filter((kept) => kept !== name),
      [...this.removed, name],
      this.added,
    )
  }

  dropAdded(file: File): FileDraft {
    return new FileDraft(
      this.kept,
      this.removed,
      this.added.filter((added) => added !== file),
    )
  }
}

/** Uploads go beside the JSON; with several files they are added to those that stay. */
export function writeFiles(name: string, isMany: boolean, value: unknown): WrittenValue {
  if (!(value instanceof FileDraft)) return {}
  const uploadKey = isMany ? `${name}+` : name
  const files = value.added.map((file): [string, File] => [uploadKey, file])
  if (value.removed.length === 0) return { files }
  if (isMany) return { files, json: { [`${name}-`]: value.removed } }
  return files.length > 0 ? { files } : { json: { [name]: '' } }
}
