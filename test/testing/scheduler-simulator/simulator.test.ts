import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, it } from 'mocha'
import {
  openSimulator,
  type SimulatedJob,
  type Simulator,
  type SimulatorOptions,
} from '../../../src/testing/index.ts'
import { runs } from '../../runners/job-host.ts'
import { run } from './replay.ts'

const open: { readonly simulator: Simulator; readonly folder: string }[] = []

/** A simulated Slurm, a folder to work in, and a way to say something to a shell there. */
async function slurm(options: Partial<SimulatorOptions> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'simulator '))
  const cluster = join(folder, 'cluster')
  const simulator = await openSimulator({ folder: cluster, dialect: 'slurm', killWait: 100, ...options })
  open.push({ simulator, folder })
  const home = join(folder, 'home')
  await mkdir(home)
  const sh = async (command: string) => (await run(command, home, simulator)).replace('\n[exit 0]', '')
  const lines = async (file: string) =>
    (await readFile(join(home, file), 'utf8').catch(() => '')).split('\n').length - 1
  return { simulator, home, sh, lines }
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 45_000
  while (!(await isSo())) {
    if (Date.now() > end) assert.fail('it never became so')
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

const phases = async (simulator: Simulator) => (await simulator.jobs()).map(({ phase }) => phase)
const allAre = async (simulator: Simulator, phase: string) =>
  (await phases(simulator)).every((one) => one === phase)

describe('a simulated cluster', () => {
  afterEach(async () => {
    for (const { simulator, folder } of open.splice(0)) {
      await simulator.close()
      await rm(folder, { recursive: true, maxRetries: 5, retryDelay: 50 })
    }
  })

  it('gives each job an id of its own, when many are submitted at once', async () => {
    const { simulator, sh } = await slurm()
    const ids = await Promise.all([1, 2, 3, 4, 5, 6].map(() => sh(`sbatch --parsable --wrap true`)))
    assert.deepEqual(ids.toSorted(), ['1', '2', '3', '4', '5', '6'])
    await until(() => allAre(simulator, 'completed'))
  })

  it('has accepted a job whole or not at all, whenever its client is killed', async () => {
    const { simulator, home, lines } = await slurm()
    for (let after = 0; after < 40; after += 8) {
      const words = ['--wrap', `echo ran >>${after}`, '-J', `after-${after}`]
      const client = spawn('sbatch', words, { cwd: home, env: simulator.environment, stdio: 'ignore' })
      const gone = new Promise((resolve) => client.on('close', resolve))
      await new Promise((resolve) => setTimeout(resolve, after))
      client.kill('SIGKILL')
      await gone
    }
    let jobs: readonly SimulatedJob[] = []
    await until(async () => (jobs = await simulator.jobs()).every(({ phase }) => phase === 'completed'))
    for (const { name, starts } of jobs) {
      assert.equal(starts, 1)
      assert.equal(await lines(name.slice('after-'.length)), 1)
    }
  })

  it('runs no more jobs at a time than it has slots for, the others after them', async () => {
    const { simulator, sh, home } = await slurm({ slots: 1 })
    await sh('sbatch --wrap "until [ -e go ]; do sleep 0.01; done"')
    await until(() => allAre(simulator, 'running'))
    await sh('sbatch --wrap true')
    assert.equal(await sh('squeue -h -t PD -o "%i %r"'), '2 Resources')
    await run('touch go', home, simulator)
    await until(() => allAre(simulator, 'completed'))
  })

  it('goes by a clock that only the test moves', async () => {
    const { simulator, sh } = await slurm({ clock: Date.UTC(2026, 0, 1, 12), delay: 1000 })
    await sh('sbatch -t 2 --wrap "sleep 600"')
    await simulator.advance(999)
    assert.deepEqual(await phases(simulator), ['waiting'])
    await simulator.advance(1)
    await until(() => allAre(simulator, 'running'))
    await simulator.advance(119_999)
    assert.deepEqual(await phases(simulator), ['running'])
    await simulator.advance(1)
    await until(() => allAre(simulator, 'walltime'))
    assert.match(await sh('squeue -h -t all -o %M'), /^2:00$/)
  })

  it('refuses to advance a clock that is real', async () => {
    const { simulator } = await slurm()
    await assert.rejects(simulator.advance(1), { code: 'invalid-state' })
  })

  it('runs a job on two nodes at once, when told', async () => {
    const { simulator, sh, lines } = await slurm({ faults: { startsTwice: { times: 1 } } })
    await sh(`sbatch --wrap 'echo "$SLURM_JOB_ID" >>ran'`)
    await until(async () => (await lines('ran')) === 2)
    await sh(`sbatch --wrap 'echo once >>once'`)
    await until(() => allAre(simulator, 'completed'))
    assert.equal(await lines('once'), 1)
  })

  it('starts a job elsewhere while it goes on on a node that is held for dead', async () => {
    const { simulator, sh, lines } = await slurm()
    await sh(
      `sbatch --wrap 'echo "\${SLURM_RESTART_COUNT-0}" >>ran; until [ -e go ]; do sleep 0.01; done; echo end >>ended'`,
    )
    await until(async () => (await lines('ran')) === 1)
    await simulator.partition('1')
    await until(async () => (await lines('ran')) === 2)
    assert.equal(await sh('cat ran; touch go'), '0\n1')
    await until(async () => (await lines('ended')) === 2)
    await until(() => allAre(simulator, 'completed'))
    const [job] = await simulator.jobs()
    assert.equal(job?.starts, 2)
  })

  it('gives ids again after the last one, and knows the latest job by each', async () => {
    const { simulator, sh } = await slurm({ ids: { first: 8, last: 9 } })
    assert.equal(await sh('for n in a b c; do sbatch --parsable -J $n --hold --wrap true; done'), '8\n9\n8')
    assert.equal(await sh('squeue -h -j 8 -o %j'), 'c')
    assert.equal((await simulator.jobs()).length, 3)
  })

  it('forgets a job at its end, when told, and accounting does not', async () => {
    const { simulator, sh } = await slurm({ faults: { forgets: true } })
    await sh('sbatch --wrap "exit 3"')
    await until(() => allAre(simulator, 'failed'))
    assert.match(await sh('squeue -j 1'), /Invalid job id specified\n\[exit 1\]/)
    assert.equal(await sh('sacct -n -P -X -j 1 -o State,ExitCode'), 'FAILED|3:0')
    await simulator.faults.set({ accountingLate: { seconds: 60 } })
    assert.equal(await sh('sacct -n -P -X -j 1 -o State'), '[exit 0]')
  })

  it('has faults strike as often as was said', async () => {
    const { sh } = await slurm({ faults: { garbage: { times: 2 } } })
    const answers = await sh('for n in 1 2 3; do scontrol ping | head -n 1; done')
    assert.equal(answers.match(/503 Service Unavailable/g)?.length, 2)
    assert.match(answers, /is UP$/)
  })

  it('goes on where it was, when it is opened again', async () => {
    const { simulator, sh } = await slurm()
    await sh('sbatch --hold --wrap true')
    const again = await openSimulator({ folder: join(simulator.bin, '..'), dialect: 'slurm' })
    assert.deepEqual(await again.jobs(), await simulator.jobs())
    assert.equal(await sh('sbatch --parsable --hold --wrap true'), '2')
  })

  it('ends all processes when it is closed', async () => {
    const { simulator, sh, lines } = await slurm()
    await sh(`sbatch --wrap 'setsid sh -c "echo \\$\\$ >pid; sleep 600" & wait'`)
    await until(async () => (await lines('pid')) === 1)
    await simulator.close()
    assert.equal(await runs(Number(await sh('cat pid'))), false)
  })

  it('wants an absolute path', async () => {
    await assert.rejects(openSimulator({ folder: 'cluster', dialect: 'slurm' }), { code: 'invalid-value' })
  })
})
