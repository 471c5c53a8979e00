import { nativeId, type NativeId } from '../../core/ids.ts'
import type { Reason } from '../../core/reason.ts'
import type { AccountedJob } from '../scheduler.ts'
import { readFailure, type Failure } from './failure-codes.ts'
import { limitBroken } from './limit-broken.ts'

/**
 * Reads what `qacct -j` prints: a record for each run and each element of an array, each closed by a line of
 * ours, `of <job>.<task> failed <code>`, so that what was cut or mixed up on the way is seen. Of several for one job the last counts. A run that is to be
 * started again is no end: while the job goes on, it is in the queue; deleted before that, it is in neither.
 */
export function readAccounting(text: string): ReadonlyMap<NativeId, AccountedJob> {
  const jobs = new Map<NativeId, AccountedJob>()
  for (const record of text.split(/^={10,}\s*$/m)) {
    const fields = fieldsOf(record)
    const [job = '', task = ''] = [fields?.get('jobnumber'), fields?.get('taskid')]
    const failed = /^\d+/.exec(fields?.get('failed') ?? '')?.[0]
    if (!fields || !/^\d+$/.test(job) || fields.get('of') !== `${job}.${task} failed ${failed}`) continue
    const id = nativeId(task === 'undefined' ? job : `${job}.${task}`)
    const read = readRecord(fields)
    if (read === 'again') jobs.delete(id)
    else if (read) jobs.set(id, read)
  }
  return jobs
}

/** Nothing of a record that has a field twice: it is two in one. */
function fieldsOf(record: string): ReadonlyMap<string, string> | undefined {
  const fields = new Map<string, string>()
  for (const line of record.split('\n')) {
    const [, key, value = ''] = /^([a-z_]+)(?:\s+(.*?))?\s*$/.exec(line) ?? []
    if (key === undefined) continue
    if (fields.has(key)) return undefined
    fields.set(key, value)
  }
  return fields
}

function readRecord(fields: ReadonlyMap<string, string>): AccountedJob | 'again' | undefined {
  const word = fields.get('failed')
  const code = /^(\d{1,3})(\s|$)/.exec(fields.get('exit_status') ?? '')?.[1]
  if (word === undefined || code === undefined) return undefined
  const line = evidence.flatMap((key) => (fields.has(key) ? [`${key}=${fields.get(key)}`] : [])).join(' ')
  const known = readFailure(word)
  const name = fields.get('jobname')
  const told = { ...(name !== undefined && { name }), line }
  if (!known) return { phase: 'unknown', word: `failed ${word}`, ...told }
  const { failure } = known
  if (failure === 'again') return failure
  const reason = reasonOf(failure, fields)
  return {
    phase: 'ended',
    word: `failed ${known.code}`,
    ...(reason && { reason }),
    ...exitOf(failure, Number(code)),
    ...told,
  }
}

const evidence =
  'jobnumber taskid jobname owner hostname qsub_time start_time end_time failed deleted_by exit_status ru_wallclock maxvmem category'.split(
    ' ',
  )

function exitOf(failure: Failure, code: number): Pick<AccountedJob, 'code' | 'signal'> {
  if (failure === 'unstarted' || failure === 'host') return {}
  return failure !== 'ran' && code > 128 ? { signal: code - 128 } : { code }
}

/** The signals that announce a limit of time, of which a job can die before the limit itself comes. */
const softLimit = /^\d+\s+\((User defined signal 1|CPU time limit exceeded)\)/

function reasonOf(failure: Failure, fields: ReadonlyMap<string, string>): Reason | undefined {
  if (failure === 'host') return 'node-failure'
  if (failure === 'ran' || failure === 'unstarted') return undefined
  const deletedBy = fields.get('deleted_by') // of Univa's and Altair's
  if (deletedBy !== undefined && !['', 'NONE', fields.get('owner')].includes(deletedBy))
    return 'cancelled-by-administrator'
  if (softLimit.test(fields.get('exit_status') ?? '')) return 'walltime'
  // A queue's own limits are not in the record: then what the scheduler itself enforces is taken to be the time.
  return limitBroken(fields) ?? (failure === 'limit' ? 'walltime' : undefined)
}
