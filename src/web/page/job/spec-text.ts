import { z } from 'zod'
import type { JobAnswer } from '../../contract.ts'

const part = z.union([
  z.string(),
  z.object({ staged: z.string() }).transform(({ staged }) => staged),
  z.object({ variable: z.string() }).transform(({ variable }) => `$${variable}`),
])
const words = z.array(z.array(part).transform((parts) => parts.join('')))
const shape = z.object({
  run: z.union([
    z.object({ words }).transform((run) => run.words.join(' ')),
    z.object({ script: z.string() }).transform((run) => run.script),
  ]),
})

/** What a job runs, as a person reads it: its words or script; the whole of what is kept where that is neither. */
export function specText(spec: JobAnswer['spec']): string {
  const read = shape.safeParse(spec)
  return read.success ? read.data.run : JSON.stringify(spec, undefined, 2)
}
