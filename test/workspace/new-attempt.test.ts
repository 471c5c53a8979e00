import assert from 'node:assert/strict'
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { given } from '../../src/pipeline/pipeline.ts'
import { isFile } from '../../src/pipeline/value.ts'
import { local } from '../../src/runners/local.ts'
import { local as here } from '../../src/transports/local.ts'
import { bench, doc, outputOf } from './bench.ts'

describe('a job that a new run has run again', () => {
  it('goes where that run sends it, under its rules, with its inputs where they are now (J5)', async () => {
    const on = await bench()
    await mkdir(on.path('before'))
    await on.write('before/a.txt', 'a')
    const other = { runner: local(), transport: here(), workFolder: on.path('other') }
    const workspace = await on.open({ destinations: { other } })
    const pipeline = (settings: string) =>
      doc(`name: p
inputs: { in: file }
modules:
  one: { command: [sh, -c, 'echo x >> ${on.base}/ran; test -e ${on.base}/ready', $in], inputs: { in: $in }, ${settings} }
`)
    const of = (path: string) => ({ inputs: { in: { file: on.path(path), [given]: true } as const } })
    const failed = await (await workspace.start(await pipeline('label: one'), of('before/a.txt'))).ended()
    assert.equal(failed.kind, 'failed')
    await rename(on.path('before'), on.path('now'))
    await on.write('ready', '')
    const changed = 'destination: other, retry: [{ on: [exit-code], attempts: 9 }]'
    const run = await workspace.start(await pipeline(changed), of('now/a.txt'))
    const end = await run.ended()
    assert.equal(end.kind, 'done', JSON.stringify(end))
    const [job] = await workspace.jobs()
    assert.ok(job)
    assert.deepEqual(
      [job.attempt, job.destination, job.earlier.map(({ destination }) => destination), job.retry.length],
      [2, 'other', ['local'], 1],
    )
  })

  it('whose outputs are gone makes them anew, also for the run that had them (R4)', async () => {
    const on = await bench()
    const workspace = await on.open()
    const pipeline = await doc(`name: p
modules:
  one: { command: [sh, -c, 'echo x >> ${on.base}/ran; echo made > out'], outputs: { out: out } }
outputs: { out: $one.out }
`)
    const first = outputOf(await (await workspace.start(pipeline)).ended(), 'out')
    assert.ok(isFile(first))
    await rm(join(on.folder, '.abeyance/objects', first.digest.slice(0, 2)), { recursive: true })
    const second = outputOf(await (await workspace.start(pipeline)).ended(), 'out')
    assert.ok(isFile(second))
    assert.equal(await workspace.files.text(second), 'made\n')
    assert.deepEqual(await on.lines('ran'), ['x', 'x'])
  })
})
