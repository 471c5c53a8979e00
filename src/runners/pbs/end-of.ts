import type { Reason } from '../../core/reason.ts'
import type { AccountedJob } from '../scheduler.ts'
import type { PbsJob } from './pbs-job.ts'

type End = Pick<AccountedJob, 'reason' | 'code' | 'signal'>

/**
 * How a job that is over ended. Up to 127 `Exit_status` is the exit code; 128 and more is a signal by the shell's count, 256 and
 * more one by the server's, which it sends at a limit, for qdel, and when a node is wanted back; below 0 are the server's codes.
 */
export function endOf(job: PbsJob): End {
  const { attributes, dialect } = job
  const text = attributes.get('Exit_status') ?? attributes.get('exit_status')
  const deleted = attributes.get('substate') === '91'
  if (text === undefined || !/^-?\d{1,5}$/.test(text))
    return deleted ? { reason: 'cancelled-by-administrator' } : {}
  const status = Number(text)
  if (status < 0) {
    const reason = (dialect === 'openpbs' ? openpbsCodes : torqueCodes).get(status)
    return reason === undefined ? {} : { reason }
  }
  const signal = status >= 256 ? status - 256 : status - 128
  if (signal < 1 || signal > 64) return { code: status }
  const reason = limitBroken(job) ?? (deleted || status === 271 ? 'cancelled-by-administrator' : undefined)
  return { signal, ...(reason && { reason }) }
}

/** Those that blame a limit or the host; the rest, such as a user that the host does not know, blame neither. */
const openpbsCodes: ReadonlyMap<number, Reason> = new Map<number, Reason>([
  ...[-1, -2, -3, -4, -5, -6, -7, -14, -20].map((code) => [code, 'node-failure'] as const),
  [-17, 'cancelled-by-administrator'], // a hook of the site's
  [-19, 'cancelled-by-administrator'],
  [-26, 'out-of-memory'], // address space
  [-27, 'out-of-memory'],
  [-28, 'walltime'], // of the processor
  [-29, 'walltime'],
])

const torqueCodes: ReadonlyMap<number, Reason> = new Map<number, Reason>([
  ...[-1, -2, -3, -4, -5, -6, -7, -13, -14].map((code) => [code, 'node-failure'] as const),
  [-10, 'out-of-memory'],
  [-11, 'walltime'],
  [-12, 'walltime'],
])

/** The server's comment names the limit; where there is none, what was used is held against what was asked for. */
function limitBroken({ attributes }: PbsJob): Reason | undefined {
  const named = /exceeded resource (\w+)/.exec(attributes.get('comment') ?? '')?.[1]
  if (named !== undefined) return limits[named]
  for (const [name, reason] of Object.entries(limits)) {
    const most = amount(attributes.get(`Resource_List.${name}`))
    if (reason !== undefined && amount(attributes.get(`resources_used.${name}`)) >= most) return reason
  }
  return undefined
}

const limits: Readonly<Record<string, Reason | undefined>> = {
  walltime: 'walltime',
  cput: 'walltime',
  mem: 'out-of-memory',
  vmem: 'out-of-memory',
}

/** Bytes of `320488kb`, seconds of `00:01:40`; NaN of anything else, which no limit is below. */
function amount(text: string | undefined): number {
  const [, size, unit = ''] = /^(\d+)([kmgt]?)b$/i.exec(text ?? '') ?? []
  if (size !== undefined) return Number(size) * 1024 ** ' kmgt'.indexOf(unit.toLowerCase() || ' ')
  if (!/^(\d+:)?(\d+:)?\d+$/.test(text ?? '')) return NaN
  return (text ?? '').split(':').reduce((sum, part) => sum * 60 + Number(part), 0)
}
