import { writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { systemClock } from '../../src/core/clock.ts'
import { silent } from '../../src/core/logger.ts'
import type { FileValue } from '../../src/pipeline/value.ts'
import { pulsar } from '../../src/runners/pulsar.ts'
import { answerFiles } from '../../src/runners/pulsar/endpoint/answer-files.ts'
import { listen } from '../../src/runners/pulsar/endpoint/listen.ts'
import type { Runner, RunnerContext } from '../../src/runners/runner.ts'
import type { PulsarSubject } from './pulsar-subject.ts'

/** What is asked of the endpoint, as `GET TAG/sent.N/0`; what is answered to it stands. */
export type Answering = (
  asked: string,
  request: Request,
) => Promise<Response | undefined> | Response | undefined

export interface OnPulling {
  readonly runner: Runner
  /** Of the endpoint. */
  readonly url: string
  /** All that was asked, in order. */
  readonly asked: readonly string[]
  answerFirst(answer: Answering): void
  close(): Promise<void>
}

interface Server extends Pick<PulsarSubject, 'context'> {
  readonly url: string
  readonly token: string
  readonly manager?: string
}

/** A runner whose server comes to us for files, to an endpoint that the test itself serves, as `abeyance serve` does. */
export async function onPulling({ url, token, manager, context }: Server): Promise<OnPulling> {
  const answer = answerFiles({ folder: context.endpointFolder, clock: systemClock, logger: silent })
  const asked: string[] = []
  let first: Answering = () => undefined
  const serve = async (request: Request) => {
    const what = `${request.method} ${new URL(request.url).searchParams.get('path')?.slice(1) ?? ''}`
    asked.push(what)
    return (await first(what, request)) ?? answer(request)
  }
  const server = await listen(serve, { host: '127.0.0.1', port: 0 })
  const endpoint = { url: `http://127.0.0.1:${server.port}/some/where/` }
  const runner = pulsar({ url, token, endpoint, ...(manager !== undefined && { manager }) }).open(context)
  return {
    runner,
    url: endpoint.url,
    asked,
    answerFirst: (next) => void (first = next),
    async close() {
      await runner.close()
      await server.close()
    },
  }
}

/** A file in the store of a workspace. */
export async function keptFile(
  { objects }: RunnerContext,
  path: string,
  bytes: Uint8Array,
): Promise<FileValue> {
  await writeFile(path, bytes)
  return {
    kind: 'file',
    name: basename(path),
    ...(await objects.keep(path, 'copy')),
    at: { kind: 'workspace' },
  }
}

/** Bytes that break off: whoever reads them was told of more. */
export function cutOff(bytes: Uint8Array, said: number): Response {
  return new Response(new Uint8Array(bytes), {
    headers: { 'content-length': String(said), connection: 'close' },
  })
}

export const inFolder = (context: RunnerContext, name: string) => join(context.logFolder, '..', name)
