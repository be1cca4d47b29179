import { MapPin } from 'lucide-react'
import type { GeoPoint, GeoPointField } from '@/api/wire'
import { NumberInput } from '@/components/form/number-input'
import { defineFieldType, type FieldCellProps, type FieldInputProps } from '../definition'
import { EmptyCell } from '../empty-cell'

function asPoint(value: unknown): GeoPoint {
  if (typeof value !== 'object' || value === null) return { lon: 0, lat: 0 }
  const { lon, lat } = value as Partial<GeoPoint>
  return { lon: typeof lon === 'number' ? lon : 0, lat: typeof lat === 'number' ? lat : 0 }
}

function GeoPointInput({ field, value, onChange, link }: FieldInputProps<GeoPointField>) {
  const point = asPoint(value)
  return (
    <div className="input-row" role="group" aria-label={field.name}>
      <label className="form-field">
        <span className="form-hint">Longitude</span>
        <NumberInput {...link} value={point.lon} onChange={(lon) => onChange({ ...point, lon: lon ?? 0 })} />
      </label>
      <label className="form-field">
        <span className="form-hint">Latitude</span>
        <NumberInput value={point.lat} onChange={(lat) => onChange({ ...point, lat: lat ?? 0 })} />
      </label>
    </div>
  )
}

function GeoPointCell({ value }: FieldCellProps) {
  const { lon, lat } = asPoint(value)
  if (lon === 0 && lat === 0) return <EmptyCell />
  return <span title="longitude, latitude">{`${lon}, ${lat}`}</span>
}

export const geoPointType = defineFieldType<GeoPointField>({
  name: 'geoPoint',
  label: 'Geo point',
  description: 'Longitude and latitude',
  icon: MapPin,
  emptyOptions: {},
  Input: GeoPointInput,
  Cell: GeoPointCell,
  summary: () => '',
  initialValue: () => ({ lon: 0, lat: 0 }),
  columnWidth: 160,
  isSortable: false,
  canBeRequired: true,
})
