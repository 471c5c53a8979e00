import { isJsonObject, parseJson, type Json } from '../../core/json.ts'
import type { PbsAnswer, PbsJob } from './pbs-job.ts'

/**
 * Reads what `qstat -f -F json` prints. The server writes what users put into the environment of their jobs as it is, so that
 * one odd job can spoil the whole document: then each job is read by its lines.
 */
export function readJsonJobs(text: string): PbsAnswer {
  let document: Json
  try {
    document = parseJson(text)
  } catch {
    return byLines(text)
  }
  if (!isJsonObject(document)) return { jobs: [], unread: [text.slice(0, 500)] }
  const { Jobs: all = {}, ...rest } = document
  const unread = Object.keys(rest).filter((key) => !envelope.includes(key))
  if (!isJsonObject(all)) return { jobs: [], unread: ['Jobs is no list of jobs'] }
  const jobs: PbsJob[] = []
  for (const [id, job] of Object.entries(all)) {
    if (isJsonObject(job)) jobs.push({ id, dialect: 'openpbs', attributes: new Map(flat(job)) })
    else unread.push(id)
  }
  return { jobs, unread }
}

const envelope = ['timestamp', 'pbs_version', 'pbs_server']

function flat(job: { readonly [key: string]: Json }, before = ''): readonly (readonly [string, string])[] {
  return Object.entries(job).flatMap(([key, value]) => {
    if (isJsonObject(value)) return before === '' ? flat(value, `${key}.`) : []
    return [[`${before}${key}`, typeof value === 'string' ? value : JSON.stringify(value)]]
  })
}

/** In the server's own lay-out a job begins two tabs in, its attributes three. The last one may be cut off. */
function byLines(text: string): PbsAnswer {
  const whole = /\n\}\s*$/.test(text)
  const blocks = text.split(/^(?=\t\t"\d[^"]*":\t\{$)/m).slice(1)
  const jobs = (whole ? blocks : blocks.slice(0, -1)).map((block) => {
    const attributes = new Map<string, string>()
    let group = ''
    for (const line of block.split('\n').slice(1)) {
      const [, tabs = '', key, value = ''] = /^(\t{3,4}),?"([\w.]+)":\t(.*?),?$/.exec(line) ?? []
      if (key === undefined) continue
      if (tabs.length === 3) group = value === '{' ? `${key}.` : ''
      if (value !== '{')
        attributes.set(`${tabs.length === 4 ? group : ''}${key}`, value.replace(/^"|"$/g, ''))
    }
    const id = /^\t\t"([^"]*)"/.exec(block)?.[1] ?? ''
    return { id, dialect: 'openpbs' as const, attributes }
  })
  if (blocks.length > 0 && whole) return { jobs, unread: [] }
  return { jobs, unread: [(blocks.at(-1) ?? text).slice(0, 500) || 'the answer is cut off'] }
}
