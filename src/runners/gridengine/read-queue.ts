import { nativeId, type NativeId } from '../../core/ids.ts'
import type { QueueAnswer, QueuedJob } from '../scheduler.ts'
import { plainText, readElements, type XmlElement } from './read-elements.ts'
import { readState, whyOf } from './read-state.ts'

/**
 * Reads `qstat -xml`. An array is listed under its own id and under one for each of its elements, `<job>.<task>`. What is
 * printed before and after the document, such as a site's warnings, is passed over.
 */
export function readQueue(text: string): QueueAnswer {
  const jobs = new Map<NativeId, QueuedJob>()
  const unread: string[] = []
  const root = readElements(/<(\?xml|job_info)[^]*<\/job_info\s*>/.exec(text)?.[0] ?? '')
  const parts = root?.children
    .map(({ name }) => name)
    .toSorted()
    .join(' ')
  if (root?.name !== 'job_info' || parts !== 'job_info queue_info')
    return { jobs, unread: [text.slice(0, 500) || 'the answer is empty'] }
  for (const entry of root.children.flatMap(({ children }) => children)) {
    const job = entry.name === 'job_list' ? readJob(entry) : undefined
    if (!job) unread.push(lineOf(entry))
    else for (const id of job.ids) put(jobs, nativeId(id), job.job)
  }
  return { jobs, unread }
}

function readJob(entry: XmlElement): { ids: readonly string[]; job: QueuedJob } | undefined {
  const fields = new Map<string, string>()
  for (const field of entry.children) fields.set(field.name, plainText(field))
  const id = fields.get('JB_job_number')
  const name = fields.get('JB_name')
  const word = fields.get('state')
  if (id === undefined || !/^\d+$/.test(id) || name === undefined || word === undefined) return undefined
  const elements = tasksOf(fields.get('tasks'))
  if (!elements || fields.size !== entry.children.length) return undefined
  const why = whyOf(word, id)
  return {
    ids: [id, ...elements.map((task) => `${id}.${task}`)],
    job: { name, phase: readState(word), word, ...(why !== undefined && { why }), line: lineOf(entry) },
  }
}

function lineOf(entry: XmlElement): string {
  let line = entry.name
  for (const field of entry.children) line += ` ${field.name}=${plainText(field)}`
  return line.slice(0, 500)
}

/** What a runaway range may cost. */
const mostTasks = 100_000

/** `3,5`, `1-9` or `1-9:2`, and mixtures. */
function tasksOf(text: string | undefined): readonly number[] | undefined {
  const tasks: number[] = []
  for (const part of text?.split(',') ?? []) {
    const [, first, last = first, step = '1'] =
      /^\s*(\d{1,9})(?:-(\d{1,9}))?(?::(\d{1,9}))?\s*$/.exec(part) ?? []
    const [from, to, by] = [Number(first), Number(last), Math.max(1, Number(step))]
    if (first === undefined || tasks.length + (to - from) / by > mostTasks) return undefined
    for (let task = from; task <= to; task += by) tasks.push(task)
  }
  return tasks
}

/** An array is told of in several entries: its liveliest element speaks for the whole. */
function put(jobs: Map<NativeId, QueuedJob>, id: NativeId, job: QueuedJob): void {
  const known = jobs.get(id)
  if (!known || liveliness.indexOf(job.phase) < liveliness.indexOf(known.phase)) jobs.set(id, job)
}

const liveliness: readonly QueuedJob['phase'][] = [
  'unknown',
  'running',
  'suspended',
  'ending',
  'waiting',
  'held',
]
