import { readFileSync } from 'node:fs'

/**
 * Text of real servers: OpenPBS 23.06 and the wrappers of Slurm 22.05, and of Torque as its manual has it. In OpenPBS's history
 * the recorded attributes of other jobs were put into the one job that was recorded whole.
 */
export function recorded(
  name: 'openpbs-queue.json' | 'openpbs-history.json' | 'openpbs-queue.txt' | 'torque.txt' | 'wrapped.txt',
): string {
  return readFileSync(new URL(`recorded/${name}`, import.meta.url), 'utf8')
}
