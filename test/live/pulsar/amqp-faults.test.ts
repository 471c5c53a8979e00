import assert from 'node:assert/strict'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, describe, it } from 'mocha'
import { pulsar } from '../../../src/runners/pulsar.ts'
import { eventually } from '../../../src/testing/eventually.ts'
import {
  ended,
  reportOf,
  running,
  submission,
  submitted,
  trial,
  waitFor,
} from '../../../src/testing/trial-job.ts'
import { openPulsarSubject, type PulsarSubject } from '../../testing/pulsar-subject.ts'
import { control } from '../servers/control.ts'
import { behindBroker, brokerManagers } from './behind-broker.ts'

const patience = 90_000

describe('a job on a real Pulsar server behind a broker', () => {
  after(async () => {
    await control('rabbitmq', 'start') // whatever a test left of it
  })

  for (const manager of Object.keys(brokerManagers)) {
    it(`ends with its own code, and ran once, though the broker was restarted, manager ${manager}`, () =>
      on(manager, async (subject) => {
        const { runner, shared } = subject
        const during = await submitted(runner, once(shared, 'during', 7))
        const meanwhile = await submitted(runner, once(shared, 'meanwhile', 3))
        for (const tag of [during, meanwhile]) await running(runner, tag, patience)
        await control('rabbitmq', 'stop-broker')
        await assert.rejects(reportOf(runner, during), { retryable: true })
        const early = submission(once(shared, 'early', 4))
        const said = (await runner.submit([early], {}).catch(() => undefined))?.get(early.tag)
        assert.notEqual(said?.kind, 'accepted')
        await writeFile(join(shared, 'meanwhile.go'), '')
        await control('rabbitmq', 'start-broker')
        await writeFile(join(shared, 'during.go'), '')
        assert.deepEqual((await endedAtLast(subject, during)).exit, { kind: 'code', code: 7 })
        assert.deepEqual((await endedAtLast(subject, meanwhile)).exit, { kind: 'code', code: 3 })
        assert.deepEqual(await ran(shared), ['during', 'meanwhile'])
      }))

    it(`is found with two others that ended while nobody of us was there, manager ${manager}`, () =>
      on(manager, async ({ runner, again, shared }) => {
        const names = ['one', 'two', 'three']
        const tags = []
        for (const [place, name] of names.entries())
          tags.push(await submitted(runner, once(shared, name, place + 5)))
        for (const tag of tags) await running(runner, tag, patience)
        await runner.close()
        for (const name of names) await writeFile(join(shared, `${name}.go`), '')
        await eventually('them to end', patience, async () => {
          const there = await readdir(shared)
          return names.every((name) => there.includes(`${name}.over`)) || undefined
        })
        const next = await again()
        for (const [place, tag] of tags.entries())
          assert.deepEqual((await ended(next, tag, patience)).exit, { kind: 'code', code: place + 5 })
        assert.deepEqual(await ran(shared), names.toSorted())
      }))

    it(`ends with its own code, though its server was killed, manager ${manager}`, () =>
      on(manager, async ({ runner, shared }) => {
        const tag = await submitted(runner, once(shared, 'it', 7))
        await running(runner, tag, patience)
        await control('rabbitmq', 'kill-pulsar')
        const waiting = await submitted(runner, trial('exit 2'))
        await control('rabbitmq', 'start-pulsar')
        await writeFile(join(shared, 'it.go'), '')
        assert.deepEqual((await ended(runner, tag, patience)).exit, { kind: 'code', code: 7 })
        assert.deepEqual((await ended(runner, waiting, patience)).exit, { kind: 'code', code: 2 })
      }))
  }

  it('runs once, though two of us submit it at the same time', () =>
    on('_default_', async ({ runner, again, shared }) => {
      const job = submission(trial(`echo ran >> '${shared}/ran'; exit 6`))
      const other = await again()
      await Promise.all([runner.submit([job], {}), other.submit([job], {})])
      for (const one of [runner, other])
        assert.deepEqual((await ended(one, job.tag, patience)).exit, { kind: 'code', code: 6 })
      assert.equal(await readFile(join(shared, 'ran'), 'utf8'), 'ran\n')
    }))

  it('leaves its server listening, whatever stands in it', () =>
    on('_default_', async ({ runner }) => {
      const words = ['"', '\\', '\u0001\u001b', '\ud800', '😀', '$(exit 9)', '`', '{}', 'ü'.repeat(40_000)]
      const spec = { ...trial('exit 5'), environment: { ODD: words.join('\n') } }
      assert.deepEqual((await ended(runner, await submitted(runner, spec), patience)).exit, {
        kind: 'code',
        code: 5,
      })
      const { options } = await behindBroker('_default_')
      for (const { attempt } of pulsar(options).trials ?? [])
        assert.ok(await attempt(AbortSignal.timeout(60_000)))
    }))

  it('is not published for a manager that nobody has ever served, and says so', () =>
    on('nobody', async ({ runner }) => {
      const job = submission(trial('exit 1'))
      const answer = (await runner.submit([job], {})).get(job.tag)
      assert.equal(answer?.kind, 'not-tried')
      assert.match(
        answer?.kind === 'not-tried' ? answer.message : '',
        /ever served the manager nobody.*app\.yml/,
      )
    }))
})

async function on(manager: string, act: (subject: PulsarSubject) => Promise<void>): Promise<void> {
  const subject = await openPulsarSubject((await behindBroker(manager)).options)
  try {
    await act(subject)
  } finally {
    await subject.close()
  }
}

/** Says that it runs, waits for a file, and says that it is over. */
function once(shared: string, name: string, code: number) {
  const at = `${shared}/${name}`
  return trial(`echo ${name} >> '${shared}/ran'; ${waitFor(`${at}.go`)}; : > '${at}.over'; exit ${code}`)
}

async function ran(shared: string): Promise<readonly string[]> {
  return (await readFile(join(shared, 'ran'), 'utf8')).trim().split('\n').toSorted()
}

/** Looks again while the broker is not reached. */
function endedAtLast({ runner }: PulsarSubject, tag: Awaited<ReturnType<typeof submitted>>) {
  return eventually('it to be reached again and to have ended', patience, async () => {
    const report = await reportOf(runner, tag).catch(() => undefined)
    return report?.kind === 'ended' ? report : undefined
  })
}
