import type { Field, FieldTypeName } from '@/api/wire'
import { autodateType } from './autodate/autodate-type'
import { boolType } from './bool/bool-type'
import { dateType } from './date/date-type'
import type { FieldTypeDef } from './definition'
import { editorType } from './editor/editor-type'
import { emailType } from './email/email-type'
import { fileType } from './file/file-type'
import { geoPointType } from './geo-point/geo-point-type'
import { jsonType } from './json/json-type'
import { numberType } from './number/number-type'
import { passwordType } from './password/password-type'
import { relationType } from './relation/relation-type'
import { selectType } from './select/select-type'
import { textType } from './text/text-type'
import { urlType } from './url/url-type'

/** Every field type, in the order the type picker shows them. */
const table: Record<FieldTypeName, FieldTypeDef> = {
  text: textType,
  editor: editorType,
  number: numberType,
  bool: boolType,
  email: emailType,
  url: urlType,
  date: dateType,
  autodate: autodateType,
  select: selectType,
  relation: relationType,
  file: fileType,
  json: jsonType,
  geoPoint: geoPointType,
  password: passwordType,
}

export const fieldTypes: readonly FieldTypeDef[] = Object.values(table)

/** What the console knows about the type of a field. */
export function typeOf(field: Pick<Field, 'type'>): FieldTypeDef {
  return table[field.type]
}

/** A new field of this type, not yet saved. */
export function newField(type: FieldTypeName, name: string): Field {
  const definition = table[type]
  const core = { id: '', name, type, system: false, hidden: false, presentable: false }
  const required = definition.canBeRequired ? { required: false } : {}
  return { ...core, ...required, ...definition.emptyOptions } as Field
}
