import { AbeyanceError } from './error.ts'

const units: Readonly<Record<string, number | undefined>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

/** Milliseconds of a text such as `90s`, `10m`, `1h30m`, `2d`. */
export function duration(text: string): number {
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(text)) {
    throw new AbeyanceError('invalid-value', `\`${text}\` is no duration; write it as 90s, 10m, 1h30m or 2d`)
  }
  let sum = 0
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g))
    sum += Number(amount) * (units[unit ?? ''] ?? 0)
  return sum
}
