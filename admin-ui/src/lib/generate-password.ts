/** Characters that can’t be mistaken for one another. */
const LETTERS = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789'

/** A random password of 20 characters, about 116 bits. */
export function generatePassword(length = 20): string {
  const letters: string[] = []
  // Bytes from here on would make some letters likelier than others.
  const limit = 256 - (256 % LETTERS.length)
  while (letters.length < length) {
    for (const byte of crypto.getRandomValues(new Uint8Array(length))) {
      const letter = byte < limit ? LETTERS[byte % LETTERS.length] : undefined
      if (letter !== undefined && letters.length < length) letters.push(letter)
    }
  }
  return letters.join('')
}
