import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { AbeyanceError } from '../../src/core/error.ts'
import { cleaningLines } from '../../src/cli/cleaning-lines.ts'
import { showDisk } from '../../src/cli/show-disk.ts'
import { local as localRunner } from '../../src/runners/local.ts'
import { local } from '../../src/transports/local.ts'
import type { Transport } from '../../src/transports/transport.ts'
import { bench, doc } from './bench.ts'

const one = (name: string) => `name: ${name}
modules:
  one: { command: [sh, -c, 'head -c 300000 /dev/zero > big; echo ${name} > out'], outputs: { out: { text: out } } }
outputs: { out: $one.out }
`

/** A machine that answers nothing. */
const silent: Transport = {
  ...local(),
  name: 'someone@nowhere',
  run: () => Promise.reject(new AbeyanceError('unreachable', 'nowhere gives no sign of life')),
}
/** One that never comes back. */
const slow: Transport = { ...local(), name: 'someone@slow', run: () => new Promise(() => {}) }

describe('disk use', () => {
  it('is told for each machine with the jobs, also beside the driver; one that does not answer is named', async () => {
    const on = await bench()
    const destinations = {
      far: { runner: localRunner(), transport: silent, workFolder: '/far' },
      twin: { runner: localRunner(), transport: silent, workFolder: '/far' },
      slow: { runner: localRunner(), transport: slow, workFolder: '/slow' },
    }
    const workspace = await on.open({ destinations })
    await (await workspace.start(await doc(one('p')))).ended()
    const view = await on.read({ destinations })
    const told = await Promise.all([workspace, view].map((reader) => reader.disk({ deadline: 8000 })))
    for (const uses of told) {
      const [here, far, late, ...others] = uses
      assert.deepEqual(others, [])
      assert.ok(here?.found.kind === 'measured')
      const [attempt] = here.found.attempts
      assert.equal(attempt?.job?.name, 'one')
      assert.ok(attempt.bytes >= 300_000)
      assert.deepEqual(
        [far?.destinations, far?.found],
        [['far', 'twin'], { kind: 'unreachable', why: 'nowhere gives no sign of life' }],
      )
      assert.ok(late?.found.kind === 'unreachable')
      assert.match(late.found.why, /no answer within 8000 ms/)
      const text = showDisk(uses, Date.now())
      assert.match(text, /^local on this machine: \d.* free\n.*SIZE\n.* one +1 +\d/)
      assert.match(text, /far, twin on someone@nowhere: could not be asked: nowhere gives/)
    }
  })
})

describe('gc on destinations', () => {
  it('frees by retention what ended, says how much and where, and the same before in a dry run', async () => {
    const on = await bench()
    const first = await on.open()
    await (await first.start(await doc(one('p')))).ended()
    await first.close()
    const workspace = await on.open({ monitor: { retention: { kind: 'on-success' } } })
    const [dry] = (await workspace.gc({ dryRun: true })).cleaned
    const [done] = (await workspace.gc()).cleaned
    assert.equal(dry?.removed.length, 1)
    assert.deepEqual([done?.destination, done?.removed, done?.left], ['local', dry.removed, []])
    assert.ok(dry.bytes >= 300_000 && (done?.bytes ?? 0) >= 300_000)
    assert.match(cleaningLines(dry, true).join('\n'), /^local: would remove 1 folder \(\d+ KiB\)$/)
    assert.deepEqual((await workspace.gc()).cleaned, [])
  })

  it('says what could not be removed, why, and when it is tried again', async () => {
    const left = ['ja', 'jb'].map((name) => ({ tag: name, why: 'it is away' }))
    const lines = cleaningLines(
      JSON.parse(JSON.stringify({ destination: 'hpc', removed: [], bytes: 0, left, again: 0 })),
    )
    assert.match(
      lines.join('\n'),
      /^hpc: could not remove 2 folders \(ja, jb\): it is away; tried again at \d{4}-.* by whoever drives, or with the next `abeyance gc`$/,
    )
  })
})
