import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../src/core/clock.ts'
import { digest, tag, type Tag } from '../../src/core/ids.ts'
import { silent } from '../../src/core/logger.ts'
import type { Endpoint } from '../../src/runners/pulsar/endpoint.ts'
import { answerFiles } from '../../src/runners/pulsar/endpoint/answer-files.ts'
import { listen } from '../../src/runners/pulsar/endpoint/listen.ts'
import { openEndpoint } from '../../src/runners/pulsar/endpoint/open-endpoint.ts'
import type { Content } from '../../src/staging/content.ts'

export interface OnEndpoint {
  readonly endpoint: Endpoint
  readonly folder: string
  readonly port: number
  readonly tag: Tag
  /** What was heard of, in order. */
  readonly heard: readonly string[]
  /** The address of one file of the attempt. */
  at(name: string): Promise<string>
  /** Asked before the endpoint; what it answers stands. */
  answerFirst(answer: (request: Request) => Response | undefined): void
  close(): Promise<void>
}

/** An endpoint that listens on this machine, with one attempt known to it. */
export async function onEndpoint(more: { readonly expires?: number } = {}): Promise<OnEndpoint> {
  const folder = await mkdtemp(join(tmpdir(), 'endpoint-'))
  const heard: string[] = []
  const answer = answerFiles({
    folder,
    clock: systemClock,
    logger: silent,
    heard: (_, name) => heard.push(name),
  })
  let before: (request: Request) => Response | undefined = () => undefined
  const server = await listen(async (request) => before(request) ?? answer(request), {
    host: '127.0.0.1',
    port: 0,
  })
  const url = new URL(`http://127.0.0.1:${server.port}/files`)
  const endpoint = openEndpoint({ folder, url, clock: systemClock, ...more })
  const one = tag('jaaaaaaaaaaaa')
  await endpoint.folder(one)
  return {
    endpoint,
    folder,
    port: server.port,
    tag: one,
    heard,
    at: async (name) =>
      `${await endpoint.address(one)}&path=${encodeURIComponent(`/${name}`)}&file_type=output_metadata`,
    answerFirst: (next) => void (before = next),
    async close() {
      await server.close()
      await rm(folder, { recursive: true, force: true, maxRetries: 10 })
    },
  }
}

export function content(bytes: Uint8Array): Content {
  return {
    from: { bytes },
    size: bytes.length,
    digest: digest(createHash('sha256').update(bytes).digest('hex')),
  }
}

/** As a server posts a file: one part named `file`. */
export function form(bytes: Uint8Array | string): FormData {
  const body = new FormData()
  body.set('file', new Blob([bytes]), 'filename')
  return body
}
