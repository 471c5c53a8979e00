import assert from 'node:assert/strict'
import { lstat, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { pulsar, type RestOptions } from '../../../src/runners/pulsar.ts'
import type { Submission } from '../../../src/runners/runner.ts'
import { isRepeatIgnored } from '../../../src/runners/pulsar/version.ts'
import {
  ended,
  ranges,
  running,
  submission,
  submitted,
  trial,
  waitFor,
} from '../../../src/testing/trial-job.ts'
import type { PulsarSimulatorOptions } from '../../../src/testing/pulsar-simulator/open-pulsar-simulator.ts'
import { eventually } from '../../../src/testing/eventually.ts'
import { followAround } from '../../testing/follow-around.ts'
import { onPulsarSimulator, token, type SimulatedSubject } from '../../testing/on-pulsar-simulator.ts'

const patience = 30_000

function onServer(
  name: string,
  {
    simulated = {},
    options = {},
  }: {
    readonly simulated?: Omit<PulsarSimulatorOptions, 'folder'>
    readonly options?: Omit<RestOptions, 'url'>
  },
  test: (on: SimulatedSubject) => Promise<void>,
) {
  it(name, async function () {
    this.timeout(60_000)
    const on = await onPulsarSimulator('_default_', simulated)
    const runner = pulsar({ url: on.url, token, ...options }).open(on.context)
    try {
      await test({ ...on, runner })
    } finally {
      await runner.close()
      await on.close()
    }
  })
}

const packages = { 'greeter/1.0': `export GREETING='it'"'"'s'; greeter() { :; }; export -f greeter` }

describe('what a job on Pulsar loads', () => {
  onServer(
    'is loaded by its server, where that is asked for, with all that it sets',
    { simulated: { packages }, options: { dependencies: 'server' } },
    async ({ runner }) => {
      const tag = await submitted(runner, { ...trial(`[ "$GREETING" = "it's" ]`), load: ['greeter/1.0'] })
      assert.deepEqual((await ended(runner, tag, patience)).exit, { kind: 'code', code: 0 })
    },
  )

  onServer(
    'is named where it failed and nothing of it is there, since the server says nothing',
    { simulated: { packages }, options: { dependencies: 'server' } },
    async ({ runner }) => {
      const spec = { ...trial('nosuch-tool --version'), load: ['sh', 'nosuch-tool/9.1'] }
      const { exit, evidence } = await ended(runner, await submitted(runner, spec), patience)
      assert.deepEqual(exit, { kind: 'code', code: 127 })
      assert.match(evidence, /asked to load this, and there was no command of that name: nosuch-tool\/9\.1$/)
    },
  )
})

describe('what is said around a job on Pulsar', () => {
  for (const manager of ['_default_', 'uuids'])
    it(`is read while it runs, and kept, manager ${manager}`, async () => {
      const on = await onPulsarSimulator(manager)
      try {
        await followAround(on, patience)
      } finally {
        await on.close()
      }
    })
})

describe('a stream of a job on Pulsar', () => {
  onServer(
    'is asked for a piece at a time, each once',
    {},
    async ({ runner, simulator, staging, shared }) => {
      const go = (name: string) => waitFor(`${shared}/${name}`)
      const spec = trial(`${go('write')}; head -c 1000000 /dev/zero; ${go('end')}`)
      const tag = await submitted(runner, spec)
      await running(runner, tag, patience)
      const range = { tag, incarnation: 1, stream: 'stdout', offset: 0, limit: 2 ** 20 } as const
      assert.deepEqual((await ranges(runner, [range]))[0]?.kind, 'chunk') // and nothing is there yet
      await writeFile(join(shared, 'write'), '')
      const live = join(staging, tag, 'metadata', tag, 'run.1/live')
      const pieces = async () => (await readdir(live)).filter((name) => name.startsWith('stdout.'))
      await eventually('all of it to be there', patience, async () => {
        const sizes = await Promise.all(
          (await pieces()).map(async (name) => (await stat(join(live, name))).size),
        )
        return sizes.reduce((sum, size) => sum + size, 0) === 1_000_000 || undefined
      })
      const before = simulator.requests.length
      const [answer] = await ranges(runner, [range])
      assert.equal(answer?.kind === 'chunk' && answer.bytes.length, 1_000_000)
      assert.equal(simulator.requests.length - before, (await pieces()).length + 1) // and one that is not there
      await writeFile(join(shared, 'end'), '')
      await ended(runner, tag, patience)
    },
  )
})

describe('a job on Pulsar that must not begin any more', () => {
  onServer(
    'ends itself where it begins, and its command is not run',
    {},
    async ({ runner, staging, shared }) => {
      const job = submission(trial(`: > '${shared}/ran'`))
      const home = join(staging, job.tag, 'metadata', job.tag)
      await mkdir(home, { recursive: true })
      await writeFile(join(home, 'over'), 'over\n')
      await runner.submit([job], {})
      const { exit } = await ended(runner, job.tag, patience)
      assert.deepEqual(exit, { kind: 'signal', signal: 'SIGTERM', reason: 'submission-refused' })
      await assert.rejects(lstat(join(shared, 'ran')))
    },
  )
})

describe('the outputs of a job on Pulsar', () => {
  onServer('are not held for absent where the list of them is gone', {}, async ({ runner, staging }) => {
    const report = { kind: 'file', path: 'report', optional: true } as const
    const job = submission(trial('echo here > report', { outputs: { report } }))
    const { tag, spec } = job
    await runner.submit([job], {})
    await ended(runner, tag, patience)
    await rm(join(staging, tag, 'metadata', tag, 'run.1/listing'))
    const answer = await runner.fetch({ tag, incarnation: 1, spec, outputs: true }, {})
    assert.equal(answer.kind === 'refused' && answer.reason, 'staging-out')
  })
})

describe('a submission to Pulsar of which no answer came', () => {
  for (const [version, kind] of [
    ['0.15.16', 'accepted'],
    ['0.14.2', 'doubt'],
  ] as const)
    onServer(
      `is ${kind === 'doubt' ? 'asked about' : 'sent again at once'} by version ${version}`,
      { simulated: { version } },
      async ({ runner, simulator, shared }) => {
        simulator.faults.set({ losesSubmitReply: { times: 1 } })
        const job = submission(trial(`echo ran >> '${shared}/ran'`))
        assert.equal((await runner.submit([job], {})).get(job.tag)?.kind, kind)
        await ended(runner, job.tag, patience)
        assert.equal((await lstat(join(shared, 'ran'))).size, 4)
      },
    )

  it('is ignored by servers from 0.15.15 on', () => {
    const versions = ['0.15.15', '0.15.16.dev0', '0.16.0', '1.0', '0.15.15.post1']
    assert.deepEqual(
      versions.filter((version) => !isRepeatIgnored(version)),
      [],
    )
    const older = [undefined, '', 'unknown', '0.15.14', '0.15.15.dev0', '0.9', '0.15']
    assert.deepEqual(
      older.filter((version) => isRepeatIgnored(version)),
      [],
    )
  })
})

describe('a container on Pulsar', () => {
  const inContainer = (more: Partial<Submission['spec']> = {}) => ({
    ...trial(':', more),
    container: 'image',
    runtime: { name: 'docker', program: '/nosuch/docker' } as const,
  })

  onServer('is a failure of its own, where its runtime is not there', {}, async ({ runner }) => {
    const { exit } = await ended(runner, await submitted(runner, inContainer()), patience)
    assert.deepEqual(exit, { kind: 'code', code: 127, reason: 'container-failed' })
  })

  onServer(
    'has no links in its inputs that lead out of it',
    { options: { staging: 'link' } },
    async ({ runner, staging, shared, context }) => {
      await writeFile(join(shared, 'kept'), 'kept')
      const kept = await context.objects.keep(join(shared, 'kept'), 'copy')
      const value = { kind: 'file', name: 'kept', ...kept, at: { kind: 'workspace' } } as const
      for (const [spec, isLink] of [
        [inContainer({ staged: [{ path: 'kept', value }] }), false],
        [trial(':', { staged: [{ path: 'kept', value }] }), true],
      ] as const) {
        const tag = await submitted(runner, spec)
        await ended(runner, tag, patience)
        const found = await lstat(join(staging, tag, 'metadata', tag, 'inputs/kept'))
        assert.equal(found.isSymbolicLink(), isLink)
      }
    },
  )
})

describe('what is to be removed from a Pulsar server', () => {
  onServer(
    'is left where the server did not answer for it, and removed the next time',
    {},
    async ({ runner, simulator }) => {
      const tags = await Promise.all([0, 1, 2].map(() => submitted(runner, trial(':'))))
      for (const tag of tags) await ended(runner, tag, patience)
      simulator.faults.set({ busy: { times: 1 } })
      const { removed, left } = await runner.clean(tags, {})
      assert.equal(left.length, 1)
      assert.deepEqual([...removed, ...left].toSorted(), tags.toSorted())
      assert.deepEqual((await runner.clean(left, {})).removed, left)
      simulator.faults.set({ down: true })
      await assert.rejects(runner.clean(tags, {}), { retryable: true })
    },
  )
})
