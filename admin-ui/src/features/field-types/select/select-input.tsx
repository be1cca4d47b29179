import type { SelectField } from '@/api/wire'
import { Checkbox } from '@/components/form/checkbox'
import type { FieldInputProps } from '../definition'
import { asList, holdsMany } from '../field-values'

export function SelectInput({ field, value, onChange, link }: FieldInputProps<SelectField>) {
  const chosen = asList(value)
  if (!holdsMany(field)) {
    return (
      <select
        {...link}
        className="input"
        value={chosen[0] ?? ''}
        onChange={(event) => onChange(event.target.value)}
      >
        <option value="">—</option>
        {field.values.map((option) => (
          <option key={option} value={option}>
            {option}
          </option>
        ))}
      </select>
    )
  }
  const isFull = chosen.length >= field.maxSelect
  return (
    <div
      id={link.id}
      className="choice-grid"
      role="group"
      aria-label={field.name}
      aria-describedby={link['aria-describedby']}
    >
      {field.values.map((option) => {
        const isChosen = chosen.includes(option)
        return (
          <Checkbox
            key={option}
            isChecked={isChosen}
            disabled={isFull && !isChosen}
            onChange={() =>
              onChange(isChosen ? chosen.filter((item) => item !== option) : [...chosen, option])
            }
          >
            {option}
          </Checkbox>
        )
      })}
    </div>
  )
}
