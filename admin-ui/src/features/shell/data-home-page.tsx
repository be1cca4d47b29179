import { useQuery } from '@tanstack/react-query'
import { Link, Navigate } from '@tanstack/react-router'
import { Boxes } from 'lucide-react'
import { collectionList } from '@/api/collections/queries'
import { EmptyState } from '@/components/ui/empty-state'
import { Skeleton } from '@/components/ui/skeleton'
import { collectionsShown } from './collections-shown'

/** Goes to the first collection, or helps to make one. */
export function DataHomePage() {
  const { data: collections, isPending } = useQuery(collectionList())
  if (isPending) return <Skeleton label="Loading collections" />
  const first = collectionsShown(collections ?? [], '', false)[0]
  if (first) return <Navigate to="/data/$collection" params={{ collection: first.name }} replace />
  return (
    <EmptyState
      icon={Boxes}
      title="Make your first collection"
      actions={
        <Link to="/data/new" className="button" data-variant="primary">
          New collection
        </Link>
      }
    >
      A collection holds records of one kind, such as posts or orders. It says which fields they have and who
      may reach them.
    </EmptyState>
  )
}
