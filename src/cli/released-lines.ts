import type { GcAnswer } from '../workspace/workspace.ts'
import { showSize } from './show-size.ts'

/** What stayed on machines and was let go of there, in words: a line for each destination. */
export function releasedLines(released: GcAnswer['released'], dryRun = false): readonly string[] {
  const destinations = [...new Set(released.map(({ destination }) => destination))]
  return destinations.map((name) => {
    const own = released.filter(({ destination }) => destination === name)
    const bytes = own.reduce((sum, { size }) => sum + size, 0)
    const files = own.length === 1 ? '1 file' : `${own.length} files`
    return `${name}: ${dryRun ? 'would let go of' : 'let go of'} ${files} that stayed there (${showSize(bytes)})`
  })
}
