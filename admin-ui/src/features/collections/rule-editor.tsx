import { Braces, Globe, Lock, TriangleAlert } from 'lucide-react'
import { useEffect, useId, useRef, useState } from 'react'
import type { Rule } from '@/api/wire'
import { Badge } from '@/components/ui/badge'
import { Segmented } from '@/components/ui/segmented'
import { isDangerous, stateOf, type RuleDescription, type RuleState } from './rules'
import './rule-editor.css'

interface RuleEditorProps {
  description: RuleDescription
  rule: Rule
  isChanged: boolean
  problem: string | undefined
  onChange: (rule: Rule) => void
}

/** One rule: locked, public or a condition. What was written is kept while trying the other two. */
export function RuleEditor({ description, rule, isChanged, problem, onChange }: RuleEditorProps) {
  const [isWriting, setIsWriting] = useState(false)
  const [lastText, setLastText] = useState(rule ?? '')
  const editor = useRef<HTMLTextAreaElement>(null)
  const id = useId()
  const state: RuleState = isWriting ? 'condition' : stateOf(rule)
  // Emptied text still is the text of a condition, but the server reads it as “everyone”.
  const effective = stateOf(rule)
  const isAlarming = isDangerous(description, effective)

  useEffect(() => {
    if (isWriting) editor.current?.focus()
  }, [isWriting])

  const handleState = (next: RuleState) => {
    setIsWriting(next === 'condition')
    if (next === 'locked') onChange(null)
    if (next === 'public') onChange('')
    if (next === 'condition') onChange(lastText)
  }

  const options = [
    { value: 'locked', label: 'Locked', icon: Lock },
    {
      value: 'public',
      label: 'Public',
      icon: Globe,
      tone: description.name === 'authRule' ? 'normal' : 'danger',
    },
    { value: 'condition', label: 'Condition', icon: Braces },
  ] as const

  return (
    <section className="rule" data-alarming={isAlarming} aria-labelledby={`${id}-label`}>
      <div className="rule-head">
        <div>
          <h2 id={`${id}-label`}>
            {description.label} {isChanged && <Badge tone="accent">changed</Badge>}
          </h2>
          <p className="muted">{description.meaning}</p>
        </div>
        <Segmented
          label={`${description.label} rule`}
          options={options}
          value={state}
          onChange={handleState}
        />
      </div>
      {state === 'condition' && (
        <textarea
          ref={editor}
          className="input"
          data-mono=""
          data-one-line=""
          rows={1}
          spellCheck={false}
          aria-label={`Condition of the ${description.label} rule`}
          aria-invalid={problem === undefined ? undefined : true}
          aria-describedby={`${id}-note`}
          placeholder="owner = @request.auth.id"
          value={rule ?? ''}
          onChange={(event) => {
            setIsWriting(true)
            setLastText(event.target.value)
            onChange(event.target.value)
          }}
        />
      )}
      <div id={`${id}-note`} className="rule-note">
        {problem !== undefined && (
          <p className="form-error" role="alert">
            {problem}
          </p>
        )}
        {effective === 'public' && (
          <p className={isAlarming ? 'rule-warning' : 'muted'}>
            {isAlarming && <TriangleAlert size={14} strokeWidth={2} aria-hidden />}
            {state === 'condition' && 'An empty condition means everyone. '}
            {description.whenPublic}
          </p>
        )}
        {effective === 'locked' && <p className="faint">Only superusers.</p>}
      </div>
    </section>
  )
}
