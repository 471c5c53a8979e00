import type { JobRow } from '../../contract.ts'
import { showSize } from './show-size.ts'

/** `12.0 MiB of 64.0 MiB of inputs sent`. */
export function travelWords({ way, done, total }: NonNullable<JobRow['travel']>): string {
  const what = way === 'there' ? 'inputs sent' : 'outputs brought home'
  return `${showSize(done)} of ${showSize(total)} of ${what}`
}
