/** The parts of a rule: quoted literals and everything between them. */
const LITERAL = /("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')/

function mention(field: string): RegExp {
  return new RegExp(`(?<![\\w.@])((?:@request\\.body\\.)?)${field}(?![\\w])`, 'g')
}

/** True when the rule names the field outside of text literals. */
export function mentionsField(rule: string, field: string): boolean {
  return renameInRule(rule, field, `${field}_`) !== rule
}

/** The rule after a field got another name; text literals stay as they are. */
export function renameInRule(rule: string, from: string, to: string): string {
  return rule
    .split(LITERAL)
    .map((part, index) => (index % 2 === 1 ? part : part.replace(mention(from), `$1${to}`)))
    .join('')
}
