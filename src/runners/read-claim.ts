import { nativeId, type NativeId } from '../core/ids.ts'
import type { JobReport } from './job-report.ts'
import type { Facts } from './read-facts.ts'

type Running = Extract<JobReport, { kind: 'running' }>

/** Who owns an incarnation, as its claim and the processes on the host tell. */
export interface Claim {
  readonly native: NativeId
  readonly incarnation: number
  /** Where its wrapper runs, for people. */
  readonly host: string
  readonly pid: string
  readonly running: Running
}

/** Undefined where the claim cannot be read. */
export function readClaim(facts: Facts): Claim | undefined {
  const incarnation = Number(facts.get('n'))
  if (!Number.isSafeInteger(incarnation) || incarnation < 1) return undefined
  const claim = /^([^,]+),\d+,([^,]+),(\d+),([^,]*),([^,]*),[^,]*,(\d+)$/.exec(facts.get('owner') ?? '')
  const [, id, where, pid, start, boot, startedAt] = claim ?? []
  if (id === undefined || where === undefined || pid === undefined) return undefined
  const native = nativeId(id)
  const host = where.replace(/\/.*/, '') // without its pid namespace, which says nothing to people
  const leader = facts.get('leader')
  const processes =
    leader !== undefined && /^\d+,./.test(leader) && `${where},${boot},${pid},${start},${leader}`
  const others =
    facts.get('group') === 'unknown' ? 'it is not known whether its processes live' : 'its processes live'
  const orphan = facts.get('wrapper') === 'no' ? `; its wrapper is gone, ${others}` : ''
  const running: Running = {
    kind: 'running',
    nativeId: native,
    incarnation,
    startedAt: Number(startedAt),
    evidence: `claimed by wrapper ${pid} on ${host}${orphan}`,
    ...(processes === false ? {} : { processes }),
  }
  return { native, incarnation, host, pid, running }
}
