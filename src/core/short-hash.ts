import { createHash } from 'node:crypto'

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567'

/** 60 bits of SHA-256 over these in base32: 12 characters, the same whoever computes them. */
export function shortHash(parts: readonly (string | number)[]): string {
  const bits = createHash('sha256').update(JSON.stringify(parts)).digest().readBigUInt64BE()
  const letters = Array.from({ length: 12 }, (_, place) =>
    alphabet.charAt(Number((bits >> BigInt(59 - 5 * place)) & 31n)),
  )
  return letters.join('')
}
