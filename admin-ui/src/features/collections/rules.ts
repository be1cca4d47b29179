import type { CollectionType, Rule, RuleName } from '@/api/wire'

export interface RuleDescription {
  name: RuleName
  label: string
  /** What the rule decides. */
  meaning: string
  /** What it means when everyone passes. */
  whenPublic: string
  onlyAuth: boolean
}

export const ruleDescriptions: readonly RuleDescription[] = [
  {
    name: 'listRule',
    label: 'List',
    meaning: 'Which records are found when listing and searching.',
    whenPublic: 'Anyone on the network can list all records.',
    onlyAuth: false,
  },
  {
    name: 'viewRule',
    label: 'View',
    meaning: 'Which records can be read one by one.',
    whenPublic: 'Anyone on the network can read each record.',
    onlyAuth: false,
  },
  {
    name: 'createRule',
    label: 'Create',
    meaning: 'Which records may be made, tested against the new record.',
    whenPublic: 'Anyone on the network can make records.',
    onlyAuth: false,
  },
  {
    name: 'updateRule',
    label: 'Update',
    meaning: 'Which records may be changed.',
    whenPublic: 'Anyone on the network can change each record.',
    onlyAuth: false,
  },
  {
    name: 'deleteRule',
    label: 'Delete',
    meaning: 'Which records may be deleted.',
    whenPublic: 'Anyone on the network can delete each record.',
    onlyAuth: false,
  },
  {
    name: 'authRule',
    label: 'Sign in',
    meaning: 'Which records may sign in, after their credentials have been checked.',
    whenPublic: 'Every record with the right credentials can sign in.',
    onlyAuth: true,
  },
  {
    name: 'manageRule',
    label: 'Manage',
    meaning: 'Who may change the email, password and verified state of others’ records.',
    whenPublic: 'Anyone on the network can take over each account.',
    onlyAuth: true,
  },
]

export type RuleState = 'locked' | 'public' | 'condition'

export function stateOf(rule: Rule | undefined): RuleState {
  if (rule === null || rule === undefined) return 'locked'
  return rule.trim() === '' ? 'public' : 'condition'
}

export function rulesFor(type: CollectionType): readonly RuleDescription[] {
  if (type === 'view')
    return ruleDescriptions.filter(({ name }) => name === 'listRule' || name === 'viewRule')
  return ruleDescriptions.filter(({ onlyAuth }) => !onlyAuth || type === 'auth')
}

/** Everyone passing is normal for signing in, and a warning everywhere else. */
export function isDangerous(description: RuleDescription, state: RuleState): boolean {
  return state === 'public' && description.name !== 'authRule'
}
