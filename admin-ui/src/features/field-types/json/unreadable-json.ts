/** Text in a JSON input that can’t be read (yet). Such a value is never sent. */
export class UnreadableJson {
  constructor(readonly text: string) {}
}

/** Reads the text of a JSON input; blanks alone mean null. */
export function readJson(text: string): unknown {
  if (text.trim() === '') return null
  try {
    return JSON.parse(text) as unknown
  } catch {
    return new UnreadableJson(text)
  }
}

/** Why the text is not JSON, with the place where the engine names one, or undefined. */
export function jsonProblem(text: string): string | undefined {
  try {
    JSON.parse(text)
    return undefined
  } catch (error) {
    const position = error instanceof Error ? /position (\d+)/.exec(error.message)?.[1] : undefined
    if (position === undefined) return 'This is not valid JSON.'
    const before = text.slice(0, Number(position)).split('\n')
    return `This is not valid JSON: line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}.`
  }
}
