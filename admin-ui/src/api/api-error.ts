import type { FieldProblem, ProblemTree } from './wire'

/** What kind of failure this is; the interface asks for the kind, never for a status number. */
export type FailureKind = 'offline' | 'signed-out' | 'forbidden' | 'not-found' | 'invalid' | 'busy' | 'server'

function kindOf(status: number): FailureKind {
  if (status === 0) return 'offline'
  if (status === 401) return 'signed-out'
  if (status === 403) return 'forbidden'
  if (status === 404) return 'not-found'
  if (status === 429 || status === 503) return 'busy'
  return status >= 500 ? 'server' : 'invalid'
}

function isProblem(node: FieldProblem | ProblemTree): node is FieldProblem {
  return typeof node['message'] === 'string' && typeof node['code'] === 'string'
}

function flatten(
  tree: ProblemTree,
  prefix: string,
  into: Map<string, FieldProblem>,
): Map<string, FieldProblem> {
  for (const [key, node] of Object.entries(tree)) {
    const path = prefix === '' ? key : `${prefix}.${key}`
    if (isProblem(node)) into.set(path, node)
    else flatten(node, path, into)
  }
  return into
}

/** Each failure of a request to the server, the one error class of the console. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly kind: FailureKind
  /** Problems by path: `title`, `fields.1.name`, `indexes.0`. */
  readonly problems: ReadonlyMap<string, FieldProblem>

  constructor(
    readonly status: number,
    message: string,
    readonly requestId: string,
    data: ProblemTree = {},
  ) {
    super(message)
    this.kind = kindOf(status)
    this.problems = flatten(data, '', new Map())
  }

  /** The message for one field, or undefined. */
  problem(path: string): string | undefined {
    return this.problems.get(path)?.message
  }
}

/** The problem map of any thrown value; empty when it is not the server's. */
export function problemsOf(error: unknown): ReadonlyMap<string, FieldProblem> {
  return error instanceof ApiError ? error.problems : new Map<string, FieldProblem>()
}
