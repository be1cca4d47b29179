import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

type Scheme = 'light' | 'dark'

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8')

function colour(token: string, scheme: Scheme): string {
  const found = new RegExp(`--${token}: light-dark\\((#[0-9a-f]{6}), (#[0-9a-f]{6})\\)`).exec(css)
  const value = found?.[scheme === 'light' ? 1 : 2]
  if (value === undefined) throw new Error(`no colour token --${token}`)
  return value
}

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((start) => {
    const channel = parseInt(hex.slice(start, start + 2), 16) / 255
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function contrast(a: string, b: string): number {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x)
  return (high + 0.05) / (low + 0.05)
}

const surfaces = ['bg', 'bg-subtle', 'bg-inset', 'bg-raised', 'bg-hover', 'bg-selected']
const onSurfaces = ['text', 'text-muted', 'text-faint'].flatMap((ink) =>
  surfaces.map((on) => [ink, on, 4.5] as const),
)

const pairs: (readonly [string, string, number])[] = [
  ...onSurfaces.filter(([ink, on]) => !(ink === 'text-faint' && on === 'bg-selected')),
  ['accent-text', 'bg', 4.5],
  ['accent-text', 'bg-subtle', 4.5],
  ['accent-text', 'accent-soft', 4.5],
  ['accent-text', 'bg-selected', 4.5],
  ['on-accent', 'accent', 4.5],
  ['on-accent', 'accent-hover', 4.5],
  ['on-danger', 'danger', 4.5],
  ['on-danger', 'danger-hover', 4.5],
  ...['ok', 'warn', 'danger', 'info'].flatMap((ink) => [
    [ink, 'bg', 4.5] as const,
    [ink, 'bg-subtle', 4.5] as const,
    [ink, `${ink}-soft`, 4.5] as const,
  ]),
  ['border-strong', 'bg', 3],
  ['border-strong', 'bg-subtle', 3],
  ['focus', 'bg', 3],
]

for (const scheme of ['light', 'dark'] as const) {
  test.each(pairs)(`${scheme}: %s on %s has a contrast of at least %d`, (ink, on, least) => {
    expect(contrast(colour(ink, scheme), colour(on, scheme))).toBeGreaterThanOrEqual(least)
  })
}
