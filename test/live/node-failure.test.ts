import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { slurm } from '../../src/runners/slurm.ts'
import { eventually, within } from '../../src/testing/eventually.ts'
import { openLiveWorkspace, type LiveWorkspace } from './live-workspace.ts'
import { control } from './servers/control.ts'
import { live as servers } from './servers/servers.ts'

const environment = { ...process.env, SLURM_CONF: join(servers, 'slurm/slurm.conf') }
const ask = (program: string, ...words: readonly string[]) =>
  execFileSync(program, words, { encoding: 'utf8', env: environment }).trim()

/** A job that says in each incarnation that it began, and in the first waits until it is let go. */
const pipelineIn = (shared: string) => `abeyance: 1
name: requeued
modules:
  one:
    script: |
      incarnation=\${PWD%/work}
      incarnation=\${incarnation##*.}
      echo "$incarnation" >>${shared}/began
      if [ "$incarnation" = 1 ]; then
        until [ -e ${shared}/gate ]; do sleep 0.2; done
      fi
      echo "made by $incarnation" >made.txt
      echo "$incarnation" >>${shared}/ended
    outputs: { made: made.txt }
outputs: { made: $one.made }
`

describe('a node of a real Slurm that fails', function () {
  this.timeout(240_000)
  let live: LiveWorkspace
  beforeEach(async () => {
    live = await openLiveWorkspace({ runner: slurm({ requeue: true, messageTimeout: 15_000 }) })
  })
  afterEach(async () => {
    await live.close()
    await control('slurm', 'start') // brings back what is gone
  })

  /** Starts the run and gives the node of its job once the command runs there. */
  async function startOnNode() {
    const run = await live.start(pipelineIn(live.shared))
    await eventually('the command runs', 60_000, async () =>
      existsSync(join(live.shared, 'began')) ? true : undefined,
    )
    const [claim = ''] = await live.claims()
    const [native = ''] = readFileSync(join(live.shared, 'work', claim), 'utf8').split(',')
    return { run, node: ask('squeue', '-h', '-j', native, '-o', '%N') }
  }

  async function expectSecond(run: Awaited<ReturnType<typeof startOnNode>>['run']) {
    const end = await within('the run ends', 120_000, run.ended())
    assert.ok(end.kind === 'done', JSON.stringify(end))
    const claims = await live.claims()
    assert.deepEqual(
      claims.map((path) => path.replace(/.*\//, '')),
      ['claim.1', 'claim.2'],
    )
    assert.equal(await readFile(join(live.shared, 'began'), 'utf8'), '1\n2\n')
    await expectUnchanged()
    console.log('      executed in 2 incarnations of 1 attempt, and never in one twice')
    return end
  }

  async function expectUnchanged() {
    const jobs = await live.workspace.jobs()
    assert.deepEqual(
      jobs.map(({ state, attempt, earlier }) => [state.kind, attempt, earlier.length]),
      [['succeeded', 1, 0]],
    )
  }

  it('has its job run again in a fresh incarnation of the same attempt', async () => {
    const { run, node } = await startOnNode()
    ask('scontrol', 'update', `nodename=${node}`, 'state=down', 'reason=test')
    await expectSecond(run)
  })

  it('changes nothing when it was only cut off, ends its job and comes back', async () => {
    const { run, node } = await startOnNode()
    // The daemon of the node dies: what it started goes on, and nobody hears of it.
    process.kill(Number(await readFile(join(servers, `slurm/run/${node}.pid`), 'utf8')), 'SIGKILL')
    const before = await expectSecond(run)
    await writeFile(join(live.shared, 'gate'), '')
    await eventually('the first incarnation ends', 60_000, async () =>
      (await readFile(join(live.shared, 'ended'), 'utf8')) === '2\n1\n' ? true : undefined,
    )
    await control('slurm', 'start')
    await live.workspace.look()
    await expectUnchanged()
    const again = await live.start(pipelineIn(live.shared))
    const later = await again.ended()
    assert.ok(later.kind === 'done', JSON.stringify(later))
    assert.deepEqual(later.outputs, before.outputs)
    assert.equal(await readFile(join(live.shared, 'began'), 'utf8'), '1\n2\n')
  })
})
