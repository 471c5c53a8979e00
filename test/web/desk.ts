import { mkdir } from 'node:fs/promises'
import { z } from 'zod'
import { digest, jobKey, nativeId, signature, tag, type JobKey } from '../../src/core/ids.ts'
import { changeEntry, jobEntry } from '../../src/monitor/kept-job.ts'
import type { JobRecord } from '../../src/records/job-record.ts'
import type { JobState } from '../../src/records/job-state.ts'
import { lowdbStore } from '../../src/records/lowdb.ts'
import { stateFolder } from '../../src/workspace/state-folder.ts'
import type { WorkspaceView } from '../../src/workspace/workspace.ts'
import { web, type WebOptions } from '../../src/web/web.ts'
import { afterThisTest } from '../testing/closers.ts'

export const token = 'a-token-that-nobody-guesses-0123456789'
export const origin = 'http://127.0.0.1:8422'

/** A page over a workspace, asked as a program with the token would; every JSON answer is held to the description. */
export function desk(view: WorkspaceView, options: Partial<WebOptions> = {}) {
  const page = web(view, { token, ...options })
  afterThisTest(() => page.close())
  let described: Promise<Description> | undefined
  const ask = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const headers = new Headers(init.headers)
    if (!headers.has('authorization') && !headers.has('cookie'))
      headers.set('authorization', `Bearer ${token}`)
    if (headers.get('authorization') === '') headers.delete('authorization')
    return page.fetch(new Request(`${origin}/${path}`, { ...init, headers }))
  }
  return {
    page,
    ask,
    /** The JSON of a GET that must succeed. */
    async get<T>(path: string, shape: z.ZodType<T>): Promise<T> {
      const response = await ask(path)
      const json: unknown = await response.json()
      if (response.status !== 200) throw new Error(`${path}: ${response.status} ${JSON.stringify(json)}`)
      described ??= ask('openapi.json').then(async (one) => description.parse(await one.json()))
      schemaOf(await described, 'get', path).parse(json)
      return shape.parse(json)
    },
    async post(path: string, body: object, headers: Record<string, string> = {}): Promise<Response> {
      return ask(path, {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json', ...headers },
      })
    },
  }
}

const description = z.object({
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.looseObject({
        responses: z.looseObject({
          200: z.object({ content: z.record(z.string(), z.object({ schema: z.json().optional() })) }),
        }),
      }),
    ),
  ),
})
export type Description = z.infer<typeof description>

/** What the description says that a route answers, as a schema. */
function schemaOf({ paths }: Description, method: string, path: string): z.ZodType {
  const [plain = ''] = path.split('?')
  for (const [pattern, operations] of Object.entries(paths)) {
    if (!new RegExp(`^${pattern.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(`/${plain}`)) continue
    const json = operations[method]?.responses[200].content['application/json']?.schema
    if (json !== undefined) return z.fromJSONSchema(z.record(z.string(), z.json()).parse(json))
  }
  throw new Error(`${path} is not described`)
}

/** A job as a workspace keeps it. */
export function sampleJob(name: string, state: JobState, more: Partial<JobRecord> = {}): JobRecord {
  const key = keyOf(name)
  return {
    key,
    signature: signature(key),
    name,
    destination: 'local',
    spec: {
      run: { kind: 'command', words: [['true']] },
      environment: {},
      load: [],
      resources: {},
      staged: [],
      variables: {},
      outputs: {},
    },
    retry: [],
    log: [],
    attempt: 1,
    tag: tag(`j${key.slice(0, 12)}`),
    state,
    earlier: [],
    ...more,
  }
}

export function keyOf(name: string): JobKey {
  return jobKey(digest(Buffer.from(name).toString('hex').padEnd(64, '0').slice(0, 64)))
}

export const succeeded = (startedAt: number, endedAt: number): JobState => ({
  kind: 'succeeded',
  since: endedAt,
  outputs: {},
  incarnation: 1,
  startedAt,
  endedAt,
})
export const running = (startedAt: number): JobState => ({
  kind: 'running',
  since: startedAt,
  nativeId: nativeId('1'),
  incarnation: 1,
  startedAt,
})

/** Writes jobs into a workspace that nobody drives, with a history of one change each. */
export async function seed(folder: string, jobs: readonly JobRecord[]): Promise<void> {
  const state = stateFolder(folder)
  await mkdir(state.logs, { recursive: true })
  const store = await lowdbStore(state.records)
  for (let at = 0; at < jobs.length; at += 1000) {
    const some = jobs.slice(at, at + 1000)
    await store.put(
      some.flatMap((job) => [
        jobEntry(job),
        changeEntry(
          {
            key: job.key,
            attempt: job.attempt,
            at: job.state.since,
            from: 'none',
            to: job.state.kind,
            evidence: { from: 'engine', text: 'seeded' },
          },
          0,
        ),
      ]),
    )
  }
  await store.close()
}

export interface SseEvent {
  readonly event: string
  readonly id: string | undefined
  readonly data: Record<string, unknown>
}

/** The events of a stream; ending the loop cancels it. */
export async function* eventsOf(response: Response): AsyncGenerator<SseEvent> {
  if (!response.body) throw new Error('no body')
  let text = ''
  const decoder = new TextDecoder()
  for await (const piece of response.body) {
    text += decoder.decode(piece, { stream: true })
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const block = text.slice(0, end)
      text = text.slice(end + 2)
      const field = (name: string) =>
        block
          .split('\n')
          .find((line) => line.startsWith(`${name}: `))
          ?.slice(name.length + 2)
      const event = field('event')
      if (event === undefined) continue
      yield {
        event,
        id: field('id'),
        data: z.record(z.string(), z.unknown()).parse(JSON.parse(field('data') ?? '{}')),
      }
    }
  }
}

/** The bytes of a `chunk`. */
export const bytesOf = ({ data }: SseEvent): Buffer => Buffer.from(String(data['bytes']), 'base64')
