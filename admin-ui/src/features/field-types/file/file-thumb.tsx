import { useQuery } from '@tanstack/react-query'
import { File as FileIcon } from 'lucide-react'
import { fileToken, fileUrl } from '@/api/files/queries'
import type { FileField, RecordData } from '@/api/wire'

const IMAGE = /\.(png|jpe?g|gif|webp|avif)$/i

/** The address of a stored file; a protected one opens with a short-lived token. */
export function useFileUrl(field: FileField, record: RecordData): (name: string, thumb?: string) => string {
  const { data: token } = useQuery({ ...fileToken, enabled: field.protected })
  return (name, thumb) => fileUrl({ record, name, token, ...(thumb === undefined ? {} : { thumb }) })
}

export function FileThumb({ name, url }: { name: string; url: string }) {
  if (IMAGE.test(name)) return <img className="cell-thumb" src={url} alt="" loading="lazy" />
  return <FileIcon size={16} strokeWidth={1.75} aria-hidden />
}
