import { readFileSync } from 'node:fs'

/** What our own questions gave at a Grid Engine 8.1.9. */
export function recorded(name: 'queue.xml' | 'accounting.txt'): string {
  return readFileSync(new URL(`recorded/${name}`, import.meta.url), 'utf8')
}
