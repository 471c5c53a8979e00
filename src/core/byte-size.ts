import { AbeyanceError } from './error.ts'

const units: Readonly<Record<string, number | undefined>> = {
  B: 1,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
}

/** Whole bytes, rounded up, of a text such as `64 KiB`, `1.5MB` or `200 B`. */
export function byteSize(text: string): number {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?) ?([KMGT]?i?B)$/.exec(text) ?? []
  const factor = units[unit]
  if (amount === undefined || factor === undefined)
    throw new AbeyanceError('invalid-value', `\`${text}\` is no size; write it as 64 KiB, 512 MiB or 24 GiB`)
  return Math.ceil(Number(amount) * factor)
}
