import type { Travel } from '../runners/runner.ts'
import { showSize } from './show-size.ts'

/** Such as `12.0 MiB of 64.0 MiB of inputs sent`. */
export function travelWords({ way, done, total }: Travel): string {
  const what = way === 'there' ? 'inputs sent' : 'outputs brought home'
  return `${showSize(done)} of ${showSize(total)} of ${what}`
}
