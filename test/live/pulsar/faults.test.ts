import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { isFile, type FileValue } from '../../../src/pipeline/value.ts'
import { eventually } from '../../../src/testing/eventually.ts'
import { ended, reportOf, submission, submitted, trial } from '../../../src/testing/trial-job.ts'
import { openPulsarSubject, type PulsarSubject } from '../../testing/pulsar-subject.ts'
import { openRequestGate } from '../../testing/request-gate.ts'
import { serverOf } from './managers.ts'

const patience = 90_000
const size = 8 * 2 ** 20

describe('a job on a real Pulsar server', () => {
  for (const manager of ['_default_', 'direct', 'uuids', 'hpc'])
    it(`gets its input whole, and runs once, though a connection broke midway, manager ${manager}`, async () => {
      const { options } = serverOf(manager)
      let breaks = 2 // the first may be mended within, by a fresh connection
      const most = (request: string) =>
        request.startsWith('POST') && request.endsWith('/files') && breaks-- > 0 ? size / 2 : undefined
      const gate = await openRequestGate({ to: new URL(options.url), most })
      const on = await openPulsarSubject({ ...options, url: gate.url })
      try {
        const { value, bytes } = await input(on)
        const job = submission(
          trial(`echo ran >> '${on.shared}/ran'; cp "$big" out; exit 3`, {
            staged: [{ path: 'big', value }],
            variables: { big: [{ staged: 'big' }] },
            outputs: { out: { kind: 'file', path: 'out', optional: false } },
          }),
        )
        const answers: (string | undefined)[] = []
        await eventually('the job to be accepted', patience, async () => {
          const kind = (await on.runner.submit([job], {})).get(job.tag)?.kind
          answers.push(kind)
          return kind === 'accepted' || undefined
        })
        assert.ok(breaks <= 0, answers.join())
        const { exit, incarnation } = await ended(on.runner, job.tag, patience)
        assert.deepEqual(exit, { kind: 'code', code: 3 })
        assert.equal(await readFile(join(on.shared, 'ran'), 'utf8'), 'ran\n')
        const { spec, tag } = job
        const answer = await on.runner.fetch({ tag, incarnation, spec, outputs: true }, {})
        const out = answer.kind === 'fetched' ? answer.outputs['out'] : undefined
        assert.ok(out !== undefined && isFile(out), JSON.stringify(answer))
        assert.ok((await readFile(on.context.objects.path(out.digest))).equals(bytes))
      } finally {
        await on.close()
        await gate.close()
      }
    })

  it('comes to its end, though four uploads of others stall and keep its server from answering', async () => {
    const { options } = serverOf('_default_')
    const on = await openPulsarSubject(options)
    const stalled: Socket[] = []
    try {
      const running = await submitted(on.runner, trial('sleep 1; exit 4'))
      for (let count = 0; count < 4; count += 1) stalled.push(await stall(options, running))
      // They are taken: nothing is answered any more.
      await assert.rejects(fetch(`${options.url}healthz`, { signal: AbortSignal.timeout(2000) }))
      const job = submission(trial('exit 5'))
      const submitting = on.runner.submit([job], {})
      const looking = on.runner.look({ jobs: [running], doubtful: new Set(), ranges: [] }, {})
      const waits = await Promise.race([Promise.all([submitting, looking]), pause(3000)])
      assert.equal(waits, undefined, 'the server answered in spite of it')
      for (const socket of stalled) socket.destroy()
      await eventually('the job to be accepted', patience, async () => {
        const kind = (await submitting.catch(() => new Map())).get(job.tag)?.kind
        return (
          kind === 'accepted' ||
          (await on.runner.submit([job], {})).get(job.tag)?.kind === 'accepted' ||
          undefined
        )
      })
      await looking.catch(() => {}) // it may have been given up
      assert.deepEqual((await ended(on.runner, running, patience)).exit, { kind: 'code', code: 4 })
      assert.deepEqual((await ended(on.runner, job.tag, patience)).exit, { kind: 'code', code: 5 })
    } finally {
      for (const socket of stalled) socket.destroy()
      await on.close()
    }
  })

  it('is told of with what its server loads for it, and with what it does not', async () => {
    const on = await openPulsarSubject({ ...serverOf('_default_').options, dependencies: 'server' })
    try {
      const right = { ...trial('[ "$(greeter)" = hello ]'), load: ['greeter/1.0'] }
      assert.deepEqual((await ended(on.runner, await submitted(on.runner, right), patience)).exit, {
        kind: 'code',
        code: 0,
      })
      const wrong = { ...trial('absent-tool'), load: ['greeter/1.0', 'absent-tool/2.0'] }
      const { exit, evidence } = await ended(on.runner, await submitted(on.runner, wrong), patience)
      assert.deepEqual(exit, { kind: 'code', code: 127 })
      assert.match(evidence, /no command of that name: absent-tool\/2\.0$/)
    } finally {
      await on.close()
    }
  })

  for (const manager of ['_default_', 'hpc'])
    it(`is held for over by its files, where its server breaks over what was printed around it, manager ${manager}`, async () => {
      const { staging, options } = serverOf(manager)
      const on = await openPulsarSubject(options)
      try {
        const tag = await submitted(
          on.runner,
          trial(`until [ -e '${on.shared}/go' ]; do sleep 0.1; done; exit 6`),
        )
        await eventually(
          'it to run',
          patience,
          async () => (await reportOf(on.runner, tag)).kind === 'running' || undefined,
        )
        await writeFile(
          join(staging, tag, 'metadata/job_stderr'),
          Buffer.from([0x6f, 0x6f, 0x6d, 0xff, 0xfe, 0x0a]),
        )
        await writeFile(join(on.shared, 'go'), '')
        const { exit, evidence } = await ended(on.runner, tag, patience)
        assert.deepEqual(exit, { kind: 'code', code: 6 })
        assert.match(evidence, /around it was said: oom/)
      } finally {
        await on.close()
      }
    })

  it('leaves nothing behind that it was told to remove, and says what it may not remove', async () => {
    const { staging, options } = serverOf('uuids')
    const on = await openPulsarSubject(options)
    try {
      const before = await readdir(staging)
      const tag = await submitted(on.runner, trial(':'))
      await ended(on.runner, tag, patience)
      assert.deepEqual((await on.runner.clean([tag], {})).removed, [tag])
      const added = (await readdir(staging)).filter((name) => !before.includes(name) && name.includes(tag))
      assert.deepEqual(added, [])
    } finally {
      await on.close()
    }
  })
})

async function input({
  shared,
  context,
}: PulsarSubject): Promise<{ readonly value: FileValue; readonly bytes: Buffer }> {
  const bytes = randomBytes(size)
  await writeFile(join(shared, 'big'), bytes)
  const kept = await context.objects.keep(join(shared, 'big'), 'copy')
  return { value: { kind: 'file', name: 'big', ...kept, at: { kind: 'workspace' } }, bytes }
}

/** Says that it sends much more than it does. */
async function stall(
  { url, token }: { readonly url: string; readonly token: string },
  id: string,
): Promise<Socket> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => {})
  await once(socket, 'connect')
  const query = new URLSearchParams({ name: 'stalled', type: 'metadata', private_token: token })
  socket.write(
    `POST /jobs/${id}/files?${query.toString()} HTTP/1.1\r\nHost: ${hostname}\r\nContent-Length: 100000\r\n\r\nbegun`,
  )
  return socket
}

const pause = (milliseconds: number) =>
  new Promise<undefined>((resolve) => setTimeout(resolve, milliseconds, undefined))
