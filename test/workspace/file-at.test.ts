import assert from 'node:assert/strict'
import { lstat, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, it } from 'mocha'
import { local } from '../../src/runners/local.ts'
import { farMachine, type FarMachine } from '../staging/far-machine.ts'
import { bench, doc, outputOf, type Bench } from './bench.ts'

const size = 2_000_000

describe('a file that is on a destination', () => {
  let on: Bench
  let hpc: FarMachine
  const options = () => ({
    defaultDestination: 'hpc',
    destinations: { hpc: { runner: local(), transport: hpc, workFolder: on.path('hpc') } },
  })
  beforeEach(async () => {
    on = await bench()
    hpc = farMachine('hpc')
    await writeFile(on.path('genome.fa'), Buffer.alloc(size, 'a'))
  })
  const pipeline = (how = '', word = 'x', destination = 'hpc', at = 'hpc') =>
    doc(`name: p
inputs: { genome: { type: file, default: { file: ${on.path('genome.fa')}, at: ${at}${how} } } }
modules:
  count:
    script: 'wc -c < "$genome" > out; echo ${word} >> ${on.path('ran')}'
    destination: ${destination}
    inputs: { genome: $genome }
    outputs: { out: { text: out } }
outputs: { out: $count.out }
`)
  const touched = () => utimes(on.path('genome.fa'), 1, 1)

  it('is used where it is, by its content, and never travels', async () => {
    const workspace = await on.open(options())
    const end = await (await workspace.start(await pipeline())).ended()
    assert.equal(String(outputOf(end, 'out')).trim(), String(size))
    assert.ok(hpc.moved.there + hpc.moved.home < 100_000, JSON.stringify(hpc.moved))
    const [root = ''] = await readdir(on.path('hpc'))
    const [tag = ''] = (await readdir(on.path(`hpc/${root}`))).filter((name) => name.startsWith('j'))
    const input = await lstat(on.path(`hpc/${root}/${tag}/inputs/genome/genome.fa`))
    assert.ok(input.isSymbolicLink())
    await touched()
    assert.equal((await workspace.plan(await pipeline()))[0]?.step, 'reuse')
    await writeFile(on.path('genome.fa'), Buffer.alloc(size, 'c'))
    assert.equal((await workspace.plan(await pipeline()))[0]?.step, 'submit')
  })

  it('is signed by size and time where that is asked, and must be the same when the job is staged', async () => {
    const workspace = await on.open(options())
    const signed = ', sign: stat'
    const [before] = await workspace.plan(await pipeline(signed))
    await touched()
    const [after] = await workspace.plan(await pipeline(signed))
    assert.notEqual(before?.signature, after?.signature)
    assert.equal((await (await workspace.start(await pipeline(signed))).ended()).kind, 'done')
  })

  it('is found to be another right before the command starts', async () => {
    const workspace = await on.open(options())
    const wrong = `, sign: { pinned: ${'ab'.repeat(32)} }`
    const end = await (await workspace.start(await pipeline(wrong))).ended()
    assert.ok(end.kind === 'failed', end.kind)
    assert.equal(end.failures[0].reason, 'staging-in')
    assert.deepEqual(await on.lines('ran'), [])
  })

  it('comes home once for jobs elsewhere, by whatever it is signed', async () => {
    const workspace = await on.open(options())
    for (const [how, word] of [
      ['', 'one'],
      ['', 'two'],
      [', sign: stat', 'three'],
    ]) {
      const end = await (await workspace.start(await pipeline(how, word, 'local'))).ended()
      assert.equal(String(outputOf(end, 'out')).trim(), String(size))
    }
    assert.ok(hpc.moved.home >= size && hpc.moved.home < 2.5 * size, JSON.stringify(hpc.moved))
  })

  it('is signed alike where its destination is this machine', async () => {
    const workspace = await on.open(options())
    const [there] = await workspace.plan(await pipeline())
    const [here] = await workspace.plan(await pipeline('', 'x', 'hpc', 'local'))
    assert.equal(here?.signature, there?.signature)
  })

  it('is missed by its name, and so is its destination', async () => {
    const workspace = await on.open(options())
    await assert.rejects(workspace.plan(await pipeline('', 'x', 'hpc', 'hcp')), {
      code: 'unknown-destination',
      message: /`hcp`.*did you mean `hpc`/i,
    })
    await rm(on.path('genome.fa'))
    await assert.rejects(workspace.start(await pipeline()), {
      code: 'missing-file',
      message: /input `genome`.*genome\.fa is not there on hpc/,
    })
    assert.ok((await readFile(join(on.base, 'ran')).catch(() => undefined)) === undefined)
  })
})
