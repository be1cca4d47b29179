import type { LucideIcon } from 'lucide-react'
import type { ComponentType } from 'react'
import type { Field, FieldTypeName, RecordData } from '@/api/wire'
import type { InputLink } from '@/components/form/form-field'

/** The options of a type alone, without what all fields share. */
export type OptionsOf<F extends Field> = Omit<
  F,
  'id' | 'name' | 'type' | 'system' | 'hidden' | 'presentable' | 'required' | 'help'
>

export interface FieldInputProps<F extends Field = Field> {
  field: F
  value: unknown
  onChange: (value: unknown) => void
  link: InputLink
  /** The record being edited; null for a new one. */
  record: RecordData | null
}

export interface FieldCellProps<F extends Field = Field> {
  field: F
  value: unknown
  record: RecordData
}

export interface FieldOptionsProps<F extends Field = Field> {
  field: F
  onChange: (change: Partial<F>) => void
  /** The server’s complaint about one option. */
  problem: (option: string) => string | undefined
}

/** How one value is sent: keys of the JSON body, and files beside it. */
export interface WrittenValue {
  json?: Record<string, unknown>
  files?: [key: string, file: File][]
}

/** All that the console knows about one field type. */
export interface FieldTypeDef<F extends Field = Field> {
  name: FieldTypeName
  label: string
  /** One line in the type picker. */
  description: string
  icon: LucideIcon
  emptyOptions: OptionsOf<F>
  /** Absent: the type has no options of its own. */
  OptionsForm?: ComponentType<FieldOptionsProps<F>>
  /** Absent: the server alone writes the value. */
  Input?: ComponentType<FieldInputProps<F>>
  Cell: ComponentType<FieldCellProps<F>>
  /** The options in a few words; empty when there is nothing to say. */
  summary: (field: F, collectionName: (id: string) => string) => string
  initialValue: (field: F) => unknown
  /** What is wrong with a value before the server is asked. */
  check?: (field: F, value: unknown) => string | undefined
  /** How a value is sent, where it is not simply `name: value`. */
  write?: (field: F, value: unknown) => WrittenValue
  columnWidth: number
  /** False: the value never comes back from the server, so a column would say nothing. */
  hasColumn?: boolean
  isNumeric?: boolean
  /** A term typed in the filter bar is looked for in fields of this type. */
  isSearchable?: boolean
  isSortable: boolean
  canBeRequired: boolean
}

/** Forgets which field a definition is for, so that all of them fit in one table. */
export function defineFieldType<F extends Field>(definition: FieldTypeDef<F>): FieldTypeDef {
  return definition as unknown as FieldTypeDef
}
