/**
 * The shapes that travel between console and server.
 *
 * The one place with hand-written response types. Everything else imports them from here, so that
 * a generated document can take this file's place without touching a component.
 */

interface FieldCore {
  /** Empty for a field that is not yet saved. */
  id: string
  name: string
  system: boolean
  hidden: boolean
  presentable: boolean
  required?: boolean
  help?: string
}

export interface TextField extends FieldCore {
  type: 'text'
  min: number
  max: number
  pattern: string
  autogeneratePattern: string
  primaryKey: boolean
}
export interface NumberField extends FieldCore {
  type: 'number'
  min: number | null
  max: number | null
  onlyInt: boolean
}
export interface BoolField extends FieldCore {
  type: 'bool'
}
export interface EmailField extends FieldCore {
  type: 'email'
  onlyDomains: string[]
  exceptDomains: string[]
}
export interface UrlField extends FieldCore {
  type: 'url'
  onlyDomains: string[]
  exceptDomains: string[]
}
export interface EditorField extends FieldCore {
  type: 'editor'
  maxSize: number
  convertURLs: boolean
}
export interface DateField extends FieldCore {
  type: 'date'
  min: string
  max: string
}
export interface AutodateField extends FieldCore {
  type: 'autodate'
  onCreate: boolean
  onUpdate: boolean
}
export interface SelectField extends FieldCore {
  type: 'select'
  values: string[]
  maxSelect: number
}
export interface RelationField extends FieldCore {
  type: 'relation'
  collectionId: string
  cascadeDelete: boolean
  minSelect: number
  maxSelect: number
}
export interface FileField extends FieldCore {
  type: 'file'
  maxSelect: number
  maxSize: number
  mimeTypes: string[]
  thumbs: string[]
  protected: boolean
}
export interface JsonField extends FieldCore {
  type: 'json'
  maxSize: number
}
export interface PasswordField extends FieldCore {
  type: 'password'
  min: number
  max: number
  pattern: string
  cost: number
}
export interface GeoPointField extends FieldCore {
  type: 'geoPoint'
}

export type Field =
  | TextField
  | NumberField
  | BoolField
  | EmailField
  | UrlField
  | EditorField
  | DateField
  | AutodateField
  | SelectField
  | RelationField
  | FileField
  | JsonField
  | PasswordField
  | GeoPointField

export type FieldTypeName = Field['type']

export type CollectionType = 'base' | 'auth' | 'view'

/** `null`: superusers alone. `''`: everyone. Anything else: a condition in the filter language. */
export type Rule = string | null

export interface CollectionRules {
  listRule: Rule
  viewRule: Rule
  createRule: Rule
  updateRule: Rule
  deleteRule: Rule
  /** Auth collections only. */
  authRule?: Rule
  /** Auth collections only. */
  manageRule?: Rule
}

export type RuleName = keyof CollectionRules

export interface Collection extends CollectionRules {
  id: string
  name: string
  type: CollectionType
  system: boolean
  fields: Field[]
  indexes: string[]
  created: string
  updated: string
  viewQuery?: string
}

/** A field as it is sent: a new one has no id. */
export type FieldInput = Partial<Field> & { name: string; type: FieldTypeName }

export interface CollectionInput extends Partial<CollectionRules> {
  name?: string
  type?: CollectionType
  fields?: FieldInput[]
  indexes?: string[]
}

export interface GeoPoint {
  lon: number
  lat: number
}

/** A record: its own fields beside the three that every record has. */
export interface RecordData {
  id: string
  collectionId: string
  collectionName: string
  expand?: Record<string, RecordData | RecordData[]>
  [field: string]: unknown
}

export interface Page<T> {
  items: T[]
  page: number
  perPage: number
  totalItems: number
  totalPages: number
}

export interface AuthAnswer {
  token: string
  record: RecordData
}

export interface FieldProblem {
  code: string
  message: string
}

/** Field problems may stand under a list index: `{"fields": {"1": {"name": {…}}}}`. */
export interface ProblemTree {
  [key: string]: FieldProblem | ProblemTree
}

export interface ErrorBody {
  status: number
  message: string
  data: ProblemTree
}

export type LiveAction = 'create' | 'update' | 'delete' | 'enter' | 'leave'

export type LiveClientFrame =
  | { type: 'auth'; id: string; token: string | null }
  | { type: 'subscribe'; id: string; sub: string; topic: string; expand?: string; since?: string }
  | { type: 'unsubscribe'; id: string; sub: string }
  | { type: 'ping'; id: string }

export type LiveServerFrame =
  | { type: 'ready'; connection: string; heartbeat?: number }
  | { type: 'ok'; id: string; cursor?: string }
  | { type: 'error'; id?: string; code: string; message: string }
  | { type: 'event'; sub: string; action: LiveAction; record: RecordData; cursor: string }
  | { type: 'reset'; sub: string; reason?: string }
  | { type: 'lagged'; sub: string; cursor: string }
