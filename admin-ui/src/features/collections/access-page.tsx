import { useState } from 'react'
import { problemsOf } from '@/api/api-error'
import { useSaveCollection } from '@/api/collections/mutations'
import type { Collection, Rule, RuleName } from '@/api/wire'
import { ErrorNotice } from '@/components/ui/notice'
import { showToast } from '@/components/ui/toasts'
import { UnsavedGuard } from '@/components/unsaved-guard'
import { plural } from '@/lib/plural'
import { RuleEditor } from './rule-editor'
import { rulesFor } from './rules'
import { SaveBar } from './save-bar'

type RuleChanges = Partial<Record<RuleName, Rule>>

/** Who may do what with the records of a collection. */
export function AccessPage({ collection }: { collection: Collection }) {
  const save = useSaveCollection()
  const [changes, setChanges] = useState<RuleChanges>({})
  const rules = rulesFor(collection.type)
  const problems = problemsOf(save.error)
  const savedRule = (name: RuleName): Rule => collection[name] ?? null
  const currentRule = (name: RuleName): Rule => {
    const changed = changes[name]
    return changed === undefined ? savedRule(name) : changed
  }
  const changedRules = rules.filter(({ name }) => currentRule(name) !== savedRule(name))

  const handleSave = () => {
    const input = Object.fromEntries(changedRules.map(({ name }) => [name, currentRule(name)]))
    save.mutate(
      { id: collection.id, input },
      {
        onSuccess: () => {
          setChanges({})
          showToast('Saved the rules')
        },
      },
    )
  }

  const handleDiscard = () => {
    setChanges({})
    save.reset()
  }

  return (
    <>
      <div className="page-body">
        <div className="page-column">
          {save.error && <ErrorNotice title="The rules could not be saved" error={save.error} />}
          <p className="muted">
            Superusers pass every rule. Locked means nobody else does; a condition is written in the filter
            language, e.g. <code>owner = @request.auth.id</code>.
          </p>
          <div className="rules">
            {rules.map((description) => (
              <RuleEditor
                key={`${collection.id}-${description.name}`}
                description={description}
                rule={currentRule(description.name)}
                isChanged={changedRules.includes(description)}
                problem={problems.get(description.name)?.message}
                onChange={(rule) => setChanges({ ...changes, [description.name]: rule })}
              />
            ))}
          </div>
        </div>
      </div>
      <SaveBar
        summary={
          changedRules.length === 0 ? 'No unsaved changes' : `${plural(changedRules.length, 'rule')} changed`
        }
        saveLabel="Save rules"
        isDirty={changedRules.length > 0}
        isSaving={save.isPending}
        onDiscard={handleDiscard}
        onSave={handleSave}
      />
      <UnsavedGuard isDirty={changedRules.length > 0} what={`the changed rules of ${collection.name}`} />
    </>
  )
}
