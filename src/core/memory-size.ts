import { AbeyanceError } from './error.ts'

const units: Readonly<Record<string, number | undefined>> = {
  KiB: 2 ** -10,
  MiB: 1,
  GiB: 2 ** 10,
  TiB: 2 ** 20,
  KB: 1e3 / 2 ** 20,
  MB: 1e6 / 2 ** 20,
  GB: 1e9 / 2 ** 20,
  TB: 1e12 / 2 ** 20,
}

/** Whole MiB, rounded up, of a text such as `24 GiB` or `512MB`. */
export function memorySize(text: string): number {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?) ?([KMGT]i?B)$/.exec(text) ?? []
  const factor = units[unit]
  if (amount === undefined || factor === undefined) {
    throw new AbeyanceError(
      'invalid-value',
      `\`${text}\` is no size of memory; write it as 512 MiB or 24 GiB`,
    )
  }
  return Math.ceil(Number(amount) * factor)
}
