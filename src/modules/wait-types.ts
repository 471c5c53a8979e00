import { AbeyanceError } from '../core/error.ts'
import { duration } from '../core/duration.ts'
import { isAbsolute } from 'node:path'
import type { AnyModuleType, Values } from './module-type.ts'

/** Waits for a time (rule R10): `time` as ISO 8601, or `after` such as `10m`, counted from when the run first comes to it. Gives `time`. */
export const untilType: AnyModuleType = {
  type: 'until',
  version: 1,
  kind: {
    type: 'until',
    version: 1,
    volatile: true,
    ports: () => ({
      inputs: { time: { type: 'string', optional: true }, after: { type: 'string', optional: true } },
      outputs: { time: 'string' },
    }),
  },
  act: {
    kind: 'wait',
    wait: (inputs, now) => ({ kind: 'until', time: timeOf(inputs, now) }),
    answer: (wait) =>
      Promise.resolve({ time: wait.kind === 'until' ? new Date(wait.time).toISOString() : '' }),
  },
  checkInputs: (inputs) => Promise.resolve(inputs),
  checkOutputs: (outputs) => Promise.resolve(outputs),
}

/** Waits for a file to appear at an absolute `path` (rule R10). Gives it as `file`, signed by its content. */
export const fileType: AnyModuleType = {
  type: 'file',
  version: 1,
  kind: {
    type: 'file',
    version: 1,
    volatile: true,
    ports: () => ({ inputs: { path: { type: 'string' } }, outputs: { file: 'file' } }),
  },
  act: {
    kind: 'wait',
    wait: (inputs) => ({ kind: 'file', path: pathOf(inputs) }),
    answer: async (wait, fileAt) => ({ file: await fileAt(wait.kind === 'file' ? wait.path : '') }),
  },
  checkInputs: (inputs) => Promise.resolve(inputs),
  checkOutputs: (outputs) => Promise.resolve(outputs),
}

function timeOf(inputs: Values, now: number): number {
  const { time, after } = inputs
  if (typeof after === 'string') return now + duration(after)
  const parsed = typeof time === 'string' ? Date.parse(time) : Number.NaN
  if (Number.isNaN(parsed)) {
    throw new AbeyanceError(
      'invalid-value',
      `until: give \`time\` as 2026-12-24T18:00:00Z, or \`after\` as 10m; got ${JSON.stringify(time ?? null)}`,
    )
  }
  return parsed
}

function pathOf({ path }: Values): string {
  if (typeof path === 'string' && isAbsolute(path)) return path
  throw new AbeyanceError(
    'invalid-value',
    `file: \`path\` must be an absolute path; got ${JSON.stringify(path ?? null)}`,
  )
}
