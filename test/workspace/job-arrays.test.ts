import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, it } from 'mocha'
import { quote } from '../../src/core/quote.ts'
import { local as plain } from '../../src/runners/local.ts'
import { slurm } from '../../src/runners/slurm.ts'
import { openSimulator, type Simulator } from '../../src/testing/index.ts'
import { local } from '../../src/transports/local.ts'
import { bench, doc, outputOf } from './bench.ts'

describe('a destination with job arrays', () => {
  const opened: Simulator[] = []
  afterEach(async () => {
    for (const simulator of opened.splice(0)) await simulator.close()
  })

  it('gets the elements of a map in one submission; one that fails is tried again alone', async () => {
    const on = await bench()
    const simulator = await openSimulator({ folder: on.path('cluster'), dialect: 'slurm' })
    opened.push(simulator)
    const runner = slurm({ prelude: `PATH=${quote(simulator.bin)}:$PATH` })
    const cluster = { runner, transport: local(), workFolder: on.path('work'), arrays: true }
    const workspace = await on.open({ destinations: { cluster }, defaultDestination: 'cluster' })
    const pipeline = await doc(`name: p
modules:
  each:
    map: name
    script: 'if [ $name = c ] && [ $ABEYANCE_ATTEMPT = 1 ]; then exit 3; fi; echo $name > out'
    inputs: { name: [a, b, c, d] }
    outputs: { out: { text: out } }
    retry: [{ on: [exit-code], attempts: 2 }]
outputs: { out: $each.out }
`)
    const end = await (await workspace.start(pipeline)).ended()
    assert.deepEqual(outputOf(end, 'out'), ['a\n', 'b\n', 'c\n', 'd\n'])
    const log = await readFile(join(on.path('cluster'), 'log'), 'utf8')
    // One for all, or two where one of them came late; and that of the second attempt.
    assert.match(String(log.split('\tsubmit\t').length - 1), /^[23]$/)
    const jobs = await workspace.jobs()
    assert.deepEqual(
      jobs.map(({ attempt }) => attempt).toSorted((a, b) => a - b),
      [1, 1, 1, 2],
    )
  })

  it('says in a plan that there are none, where its runner has none', async () => {
    const on = await bench()
    const here = { runner: plain(), transport: local(), workFolder: on.path('work'), arrays: true }
    const workspace = await on.open({ destinations: { here }, defaultDestination: 'here' })
    const pipeline = await doc(`name: p
modules:
  one: { command: [echo, hello] }
`)
    const [planned] = await workspace.plan(pipeline)
    const why = 'the default; without job arrays, which local does not have here'
    assert.deepEqual(planned?.destination, { name: 'here', why })
  })
})
