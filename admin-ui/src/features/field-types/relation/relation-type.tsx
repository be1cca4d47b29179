import { Share2 } from 'lucide-react'
import type { RelationField } from '@/api/wire'
import { defineFieldType } from '../definition'
import { holdsMany, sentence } from '../field-values'
import { RelationCell } from './relation-cell'
import { RelationInput } from './relation-input'
import { RelationOptions } from './relation-options'

export const relationType = defineFieldType<RelationField>({
  name: 'relation',
  label: 'Relation',
  description: 'Points to records of a collection',
  icon: Share2,
  emptyOptions: { collectionId: '', cascadeDelete: false, minSelect: 0, maxSelect: 1 },
  OptionsForm: RelationOptions,
  Input: RelationInput,
  Cell: RelationCell,
  summary: (field, collectionName) =>
    sentence(
      field.collectionId !== '' && `to ${collectionName(field.collectionId)}`,
      holdsMany(field) && `up to ${field.maxSelect}`,
      field.cascadeDelete && 'deletes with its target',
    ),
  initialValue: (field) => (holdsMany(field) ? [] : ''),
  columnWidth: 180,
  isSortable: true,
  canBeRequired: true,
})
