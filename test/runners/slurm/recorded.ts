import { readFileSync } from 'node:fs'

/** Text that a real Slurm 22.05 printed for our own questions. */
export function recorded(name: string): string {
  return readFileSync(new URL(`recorded/${name}.txt`, import.meta.url), 'utf8')
}
