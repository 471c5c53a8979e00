import { isReason } from '../core/reason.ts'
import type { Exit, JobReport } from './job-report.ts'

export type Ended = Extract<JobReport, { kind: 'ended' }>

/** The exit file of an incarnation; undefined where it is not one of ours, or cut off. */
export function readExit(incarnation: number, text: string): Ended | undefined {
  const fields = /^v1,(\d{1,3}),([A-Z0-9]+|-),([a-z-]+),(\d+),(\d+),(\d+),(\d+),end$/.exec(text)
  const [, code, signal, why, startedAt, endedAt, out, err] = fields ?? []
  if (code === undefined || signal === undefined || why === undefined) return undefined
  if (why !== '-' && !isReason(why)) return undefined
  const reason = why !== '-' && isReason(why) ? { reason: why } : {}
  const exit: Exit =
    signal === '-'
      ? { kind: 'code', code: Number(code), ...reason }
      : { kind: 'signal', signal: `SIG${signal}`, ...reason }
  return {
    kind: 'ended',
    incarnation,
    exit,
    startedAt: Number(startedAt),
    endedAt: Number(endedAt),
    evidence: `exit file of run.${incarnation}: code ${code}, ${out} bytes of stdout, ${err} of stderr`,
  }
}
