import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { after, before, describe, it } from 'mocha'
import { buildSubject, type Subject } from '../kill/build-subject.ts'
import { destinations, type LiveDestination } from './destinations.ts'
import { control } from './servers/control.ts'
import { live } from './servers/servers.ts'
import { openStudy } from './study.ts'

const jobs = 300
const document = `abeyance: 1
name: squares
inputs: { numbers: { type: [number] } }
modules:
  square:
    map: n
    script: sleep 1; echo $((n * n)) >square.txt
    inputs: { n: $numbers }
    outputs: { square: square.txt }
  list:
    script: cat "$@" >squares.txt
    arguments: [$squares]
    inputs: { squares: $square.square }
    outputs: { squares: squares.txt }
outputs: { squares: $list.squares }
`

describe('servers that are restarted every few seconds', function () {
  this.timeout(1_000_000)
  let subject: Subject
  before(async () => {
    subject = await buildSubject()
  })
  after(async () => {
    await subject.remove()
    await control('sshd', 'start') // as they were, whatever happened
    await control('slurm', 'start')
  })

  it(`leave ${jobs} jobs right, none failed for the network's sake`, async () => {
    // How long this cluster may take over a message whose sender is gone is 10 s, as Slurm has it.
    const settings = { options: { messageTimeout: '15s' } }
    const study = await openStudy(subject, slurm(), { settings, longest: 900_000 })
    try {
      await writeFile(join(study.folder, 'squares.yaml'), document)
      const numbers = Array.from({ length: jobs }, (_, index) => index)
      let over = false
      const begun = performance.now()
      const run = study
        .command(['run', 'squares.yaml', '--wait', '--input', `numbers=${JSON.stringify(numbers)}`])
        .finally(() => (over = true))
      const restarts = await restartUntil(() => over)
      const end = await run
      assert.equal(end.code, 0, end.said.slice(-4000))
      const squares = await readFile(join(study.folder, 'results/squares/squares.txt'), 'utf8')
      assert.deepEqual(
        squares.trim().split('\n').map(Number),
        numbers.map((n) => n * n),
      )
      const attempts = await study.attempts()
      assert.equal(attempts.length, jobs + 1, 'a job was tried a second time')
      assert.deepEqual(
        attempts.filter(({ claims, duplicates }) => claims !== 1 || duplicates !== 0),
        [],
      )
      console.log(
        `      ${squares.trim().split('\n').length} of ${jobs} jobs right in ${Math.round((performance.now() - begun) / 1000)} s, ` +
          `through ${restarts.sshd} restarts of sshd and ${restarts.slurmctld} of slurmctld`,
      )
      assert.ok(
        restarts.sshd >= 3 && restarts.slurmctld >= 3,
        `too few restarts: ${JSON.stringify(restarts)}`,
      )
    } finally {
      await study.close()
    }
  })
})

function slurm(): LiveDestination {
  return (
    destinations.find(({ runner }) => runner === 'slurm') ?? assert.fail('there is no destination on Slurm')
  )
}

/**
 * In turn, one every three seconds; a session that was open is ended with its sshd. Of a machine so busy that logging in takes
 * longer than that, nothing would be learnt: three seconds begin when somebody is in again.
 */
async function restartUntil(over: () => boolean): Promise<{ sshd: number; slurmctld: number }> {
  const restarts = { sshd: 0, slurmctld: 0 }
  while (!over()) {
    await wait(3000)
    await control('sshd', 'stop')
    const before = await sessions()
    await control('sshd', 'start')
    restarts.sshd += 1
    for (let turn = 0; turn < 100 && !over() && (await sessions()) === before; turn++) await wait(200)
    await wait(3000)
    await control('slurm', 'restart-controller')
    restarts.slurmctld += 1
  }
  return restarts
}

/** How many were ever begun. */
async function sessions(): Promise<number> {
  const log = await readFile(join(live, 'sshd/log/sshd.log'), 'utf8')
  return log.split('Starting session').length - 1
}
