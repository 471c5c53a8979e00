import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { isFile } from '../../src/pipeline/value.ts'
import type { JobRecord } from '../../src/records/job-record.ts'
import { openObjects } from '../../src/staging/objects.ts'
import { stateFolder } from '../../src/workspace/state-folder.ts'
import { places } from './subject/orders.ts'
import type { Traces } from './traces.ts'

/**
 * What is wrong with how a run ended that was cancelled, or whose job was stopped with its results kept, in words: its job is
 * cancelled, nothing of it runs, one notice says so; and what it made is there, where that was asked.
 */
export async function faultsOfCancelling(
  end: Traces,
  folder: string,
  task: 'cancel' | 'stop',
): Promise<readonly string[]> {
  const run = end.runs.length === 1 ? end.runs[0]?.state : undefined
  const [job, ...others] = end.jobs
  const told = [...end.notices.keys()].filter((line) => line.endsWith(' job-ended')).length
  const executed = end.executed.get('endless') ?? []
  return [
    ...(run === (task === 'stop' ? 'failed' : 'cancelled')
      ? []
      : [`there are ${end.runs.length} runs, the first is ${run ?? 'not there'}`]),
    ...(job?.state.kind === 'cancelled' ? [] : [`the job is ${job?.state.kind ?? 'not there'}`]),
    ...(others.length === 0 ? [] : [`there are ${others.length} jobs more`]),
    ...(told === 1 ? [] : [`${told} notices of one end`]),
    ...(executed.length <= 1 ? [] : [`executed ${executed.length} times`]),
    ...(await stillRunning(folder)),
    ...(task === 'stop' && job ? await notKept(job, folder) : []),
  ]
}

async function notKept({ state }: JobRecord, folder: string): Promise<readonly string[]> {
  const outputs = (state.kind === 'cancelled' ? state.outputs : undefined) ?? {}
  const { kept } = outputs
  const path =
    kept !== undefined && isFile(kept)
      ? (await openObjects(stateFolder(join(folder, places.workspace)).objects)).path(kept.digest)
      : undefined
  const bytes = path === undefined ? undefined : await readFile(path, 'utf8').catch(() => undefined)
  return Object.keys(outputs).join() === 'kept' && bytes === 'kept\n'
    ? []
    : [`it kept ${JSON.stringify(outputs)}, which reads ${bytes ?? 'nothing'}`]
}

async function stillRunning(folder: string): Promise<readonly string[]> {
  const ledger = await readFile(join(folder, places.executed, 'endless'), 'utf8').catch(() => '')
  const groups = new Set(ledger.split('\n').flatMap((line) => line.split(' ')[0] || []))
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pgid=', '-o', 'state=', '-o', 'args='])
  return stdout
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([group, state]) => group !== undefined && groups.has(group) && !state?.startsWith('Z'))
    .map((words) => `it still runs: ${words.join(' ')}`)
}
