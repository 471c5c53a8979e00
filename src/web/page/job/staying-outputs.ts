import { z } from 'zod'
import type { JobAnswer } from '../../contract.ts'

const shape = z.object({
  outputs: z.record(z.string(), z.looseObject({ stays: z.literal(true).optional() })),
})

/** The outputs that are kept on the machine that made them. */
export function stayingOutputs(spec: JobAnswer['spec']): readonly string[] {
  const read = shape.safeParse(spec)
  if (!read.success) return []
  return Object.entries(read.data.outputs).flatMap(([name, { stays }]) => (stays ? [name] : []))
}
