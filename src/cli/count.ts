import { InvalidArgumentError } from 'commander'

/** A number on the command line: whole, not negative. */
export function count(text: string): number {
  if (/^\d+$/.test(text)) return Number(text)
  throw new InvalidArgumentError('It must be a whole number.')
}
