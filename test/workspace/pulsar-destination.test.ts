import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { examine } from '../../src/cli/examine.ts'
import { openSession } from '../../src/cli/session.ts'
import type { Logger } from '../../src/core/logger.ts'
import {
  openPulsarSimulator,
  type PulsarSimulator,
} from '../../src/testing/pulsar-simulator/open-pulsar-simulator.ts'
import { readConfiguration } from '../../src/workspace/read-configuration.ts'
import { bench, doc, quick } from './bench.ts'

const token = 'secret-token-of-the-server'

/** A server, and what abeyance.yaml with these options makes of it. */
async function withServer(
  act: (on: {
    readonly server: PulsarSimulator
    readonly folder: string
    read(lines: string): ReturnType<typeof readConfiguration>
  }) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'pulsar-destination-'))
  const server = await openPulsarSimulator({ folder, token })
  try {
    await act({
      server,
      folder,
      async read(lines) {
        const path = join(folder, 'abeyance.yaml')
        await writeFile(path, `abeyance: 1\ndestinations:\n  cloud:\n    runner: pulsar\n${lines}\n`)
        const environment = (name: string) => (name === 'PULSAR_TOKEN' ? token : undefined)
        return readConfiguration(path, { environment, print() {} })
      },
    })
  } finally {
    await server.close()
    await rm(folder, { recursive: true, force: true, maxRetries: 20 })
  }
}

const options = ({ url }: PulsarSimulator) =>
  `    options: { url: '${url}', token: { environment: PULSAR_TOKEN } }`

describe('a destination on a Pulsar server', () => {
  it('runs a pipeline, and its token is in no record, log, file of a job or error (C2)', () =>
    withServer(async ({ server, folder, read }) => {
      const said: string[] = []
      const say = (...words: readonly unknown[]) => void said.push(JSON.stringify(words))
      const logger: Logger = { debug: say, info: say, warn: say, error: say }
      const on = await bench()
      await on.write('given.txt', 'given ü\n')
      const settings = await read(`${options(server)}\ndefault: cloud`)
      const workspace = await on.open({ ...settings, logger, monitor: quick })
      const run = await workspace.start(
        await doc(`name: p
modules:
  one: { script: 'cat "$given" > out; echo said; env', inputs: { given: { file: ${on.path('given.txt')} } }, outputs: { out: out } }
  two: { script: 'wc -c < "$out" > size', inputs: { out: $one.out }, outputs: { size: { text: size } } }
  three: { script: 'echo no >&2; exit 4' }
outputs: { size: $two.size }
`),
      )
      const end = await run.ended()
      say(JSON.stringify(end))
      assert.equal(end.kind, 'failed')
      const text = JSON.stringify(end)
      assert.match(text, /exit code 4; it last said: no/)
      assert.deepEqual(end.kind === 'failed' && end.outputs, { size: '9\n' })
      await workspace.close()
      assert.ok(server.requests.some((request) => request.startsWith('POST /jobs/j')))
      const texts = [
        ...said,
        ...(await textsIn(on.folder)),
        ...(await textsIn(join(folder, 'staging'))),
      ].join('\n')
      assert.match(texts, /ABEYANCE_TAG=/) // what the job had in its environment is among what is looked through
      assert.equal(texts.includes(token), false)
    })).timeout(60_000)

  it('is tried by doctor to the end of a job, and nothing is left there', () =>
    withServer(async ({ server, folder, read }) => {
      const findings = await doctor(folder, () => read(options(server)))
      assert.deepEqual(
        findings.filter(({ ok }) => !ok),
        [],
      )
      assert.deepEqual(
        findings.map(({ check }) => check.replace(/:\d+/, '')),
        [
          'reaches pulsar at 127.0.0.1',
          'a job can be set up, and its files sent and read',
          'its budget',
          'a job from end to end',
        ],
      )
      assert.equal(findings[0]?.message, 'version 0.15.16')
    })).timeout(60_000)

  it('is told with the next step where it takes no token, has no such manager, or is not there', () =>
    withServer(async ({ server, folder, read }) => {
      const fault = async (lines: string) => {
        const findings = await doctor(folder, () => read(lines))
        return findings.find(({ ok }) => !ok)?.message ?? ''
      }
      assert.match(
        await fault(`    options: { url: '${server.url}' }`),
        /does not take the token.*private_token/,
      )

      assert.match(
        await fault(
          `    options: { url: '${server.url}', manager: gone, token: { environment: PULSAR_TOKEN } }`,
        ),
        /refused to set up a job: check `manager`/,
      )
      assert.match(await fault(options({ ...server, url: 'http://127.0.0.1:1/' })), /nothing listens there/)
    })).timeout(60_000)

  it('is refused with all that is wrong, and without what may be a secret', () =>
    withServer(async ({ read }) => {
      const problems = async (lines: string) => {
        const error: unknown = await read(lines).then(
          () => undefined,
          (reason: unknown) => reason,
        )
        return error instanceof Error ? error.message : ''
      }
      const literal = await problems(
        `    options: { url: 'https://a.example/', token: ${token} }\n    host: a\n    workFolder: /x`,
      )
      assert.match(literal, /a secret never stands in this file/)
      assert.equal(literal.includes(token), false)
      assert.match(
        await problems(`    options: { url: 'https://a.example/' }\n    host: a`),
        /means nothing to a server of `pulsar`/,
      )
      assert.match(await problems(`    options: { url: 'http://a.example/' }`), /plain http.*insecure: true/)
      assert.match(
        await problems(`    options: { url: 'https://a.example/', token: { environment: NONE } }`),
        /NONE.*not set/,
      )
      assert.match(
        await problems(`    options: { manger: x, url: 'https://a.example/' }`),
        /did you mean `manager`/,
      )
      assert.match(await problems(''), /url/)
    }))
})

async function doctor(folder: string, read: () => ReturnType<typeof readConfiguration>) {
  const interrupted = new AbortController().signal
  const session = openSession({
    workspace: folder,
    verbose: false,
    asJson: true,
    takeOver: false,
    interrupted,
  })
  return examine(session, { destination: 'cloud', wait: 30_000, read, told() {} })
}

async function textsIn(folder: string): Promise<readonly string[]> {
  const paths = (await readdir(folder, { recursive: true })).map((name) => join(folder, name))
  const texts = paths.map(async (path) => ((await stat(path)).isFile() ? readFile(path, 'utf8') : ''))
  return Promise.all(texts)
}
