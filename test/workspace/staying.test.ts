import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { beforeEach, describe, it } from 'mocha'
import { z } from 'zod'
import { moduleType } from '../../src/modules/module-type-of.ts'
import { isFile, type FileValue } from '../../src/pipeline/value.ts'
import { file } from '../../src/pipeline/ports.ts'
import { local } from '../../src/runners/local.ts'
import { farMachine, type FarMachine } from '../staging/far-machine.ts'
import { bench, doc, outputOf, type Bench } from './bench.ts'

const size = 3_000_000
const count = moduleType({
  type: 'test/count',
  version: 1,
  inputs: { big: file },
  outputs: { bytes: z.number() },
  compute: async ({ big }, { files }) => ({ bytes: (await readFile(await files.path(big))).length }),
})

describe('an output that stays on its machine', () => {
  let on: Bench
  let near: FarMachine
  let other: FarMachine
  const options = () => ({
    modules: [count],
    defaultDestination: 'near',
    destinations: {
      near: { runner: local(), transport: near, workFolder: on.path('near') },
      other: { runner: local(), transport: other, workFolder: on.path('other') },
    },
  })
  beforeEach(async () => {
    on = await bench()
    near = farMachine('near')
    other = farMachine('other')
  })

  const pipeline = (more = '', outputs = '{ digest: $use.out }', output = '{ file: big, stays: true }') =>
    doc(
      `name: p
modules:
  make:
    script: 'echo x >> ${on.path('make.ran')}; head -c ${size} /dev/zero > big'
    outputs: { big: ${output} }
  use:
    script: 'cat "$big" | wc -c > out'
    inputs: { big: $make.big }
    outputs: { out: { text: out } }
${more}outputs: ${outputs}
`,
      [count],
    )
  const bigOf = async (end: { readonly kind: string }): Promise<FileValue> => {
    const big = outputOf(end, 'big')
    assert.ok(isFile(big))
    return big
  }
  const kept = async () => {
    const [workspace = ''] = await readdir(on.path('near'))
    return on.path(`near/${workspace}/kept`)
  }

  it('is linked into what runs there next, and never travels', async () => {
    const workspace = await on.open(options())
    const run = await workspace.start(await pipeline('', '{ digest: $use.out, big: $make.big }'))
    const end = await run.ended()
    assert.equal(String(outputOf(end, 'digest')).trim(), String(size))
    const big = await bigOf(end)
    const digest = createHash('sha256').update(Buffer.alloc(size)).digest('hex')
    assert.deepEqual(big, {
      kind: 'file',
      name: 'big',
      digest,
      size,
      at: { kind: 'destination', destination: 'near', path: `${await kept()}/${digest}`, pinned: true },
    })
    assert.ok(near.moved.there + near.moved.home < 100_000, JSON.stringify(near.moved))
  })

  it('comes home once, for a module that computes here, another machine and whoever reads it', async () => {
    const more = `  count: { type: test/count, inputs: { big: $make.big } }
  there: { script: 'wc -c < "$big" > out', destination: other, inputs: { big: $make.big }, outputs: { out: { text: out } } }
`
    const workspace = await on.open(options())
    const run = await workspace.start(
      await pipeline(more, '{ bytes: $count.bytes, there: $there.out, big: $make.big }'),
    )
    const end = await run.ended()
    assert.equal(outputOf(end, 'bytes'), size)
    assert.equal(String(outputOf(end, 'there')).trim(), String(size))
    const big = await bigOf(end)
    await workspace.files.save(big, on.path('saved'))
    assert.equal((await readFile(on.path('saved'))).length, size)
    assert.ok(near.moved.home >= size && near.moved.home < 1.5 * size, JSON.stringify(near.moved))
    assert.ok(other.moved.there >= size && other.moved.there < 1.5 * size, JSON.stringify(other.moved))
  })

  it('comes home for whoever reads beside', async () => {
    const workspace = await on.open(options())
    const big = await bigOf(await (await workspace.start(await pipeline('', '{ big: $make.big }'))).ended())
    const view = await on.read(options())
    await view.files.save(big, on.path('saved'))
    assert.equal((await readFile(on.path('saved'))).length, size)
  })

  it('is signed as if it came home: what says that it stays is not signed', async () => {
    const workspace = await on.open(options())
    const plain = await pipeline('', '{ digest: $use.out }', 'big')
    const signatures = async (which: typeof plain) =>
      (await workspace.plan(which)).map(({ signature }) => signature)
    assert.deepEqual(await signatures(await pipeline()), await signatures(plain))
    await (await workspace.start(await pipeline())).ended()
    await (await workspace.start(plain)).ended()
    assert.deepEqual(await on.lines('make.ran'), ['x'])
  })

  for (const [where, module] of [
    ['a module here', 'count: { type: test/count, inputs: { big: $make.big } }'],
    [
      'a job there',
      `again: { script: 'cp "$big" out; false', inputs: { big: $make.big }, outputs: { out: out } }`,
    ],
  ] as const)
    it(`is named where ${where} needs it and the machine has lost it; what made it runs again then`, async () => {
      const workspace = await on.open(options())
      await (await workspace.start(await pipeline())).ended()
      await rm(await kept(), { recursive: true })
      await rm((await kept()).replace(/kept$/, 'cache'), { recursive: true })
      const run = () =>
        pipeline(
          `  ${module}\n`,
          `{ digest: $use.out, x: $${module.split(':')[0]}.${where === 'a job there' ? 'out' : 'bytes'} }`,
        )
      const first = await (await workspace.start(await run())).ended()
      assert.ok(first.kind === 'failed', first.kind)
      assert.match(
        first.failures[0].error.message,
        /big stayed on near and is not there any more.*runs again/,
      )
      assert.deepEqual(await on.lines('make.ran'), ['x'])
      await (await workspace.start(await run())).ended()
      assert.deepEqual(await on.lines('make.ran'), ['x', 'x'])
    })

  it('stays for as long as a record names it, and is let go of by gc', async () => {
    const workspace = await on.open(options())
    const run = await workspace.start(await pipeline())
    await run.ended()
    const [pinned] = await readdir(await kept())
    assert.deepEqual((await workspace.gc()).released, [])
    const asked = await workspace.gc({ dryRun: true, olderThan: -1 })
    assert.deepEqual(
      asked.released.map(({ destination, digest, size: bytes }) => [destination, digest, bytes]),
      [['near', pinned, size]],
    )
    assert.deepEqual(await readdir(await kept()), [pinned])
    assert.deepEqual((await workspace.gc({ olderThan: -1 })).released, asked.released)
    assert.deepEqual(await readdir(await kept()), [])
    assert.deepEqual((await workspace.gc({ olderThan: -1 })).released, [])
  })

  it('is as any other where nothing travels', async () => {
    const workspace = await on.open({ modules: [count] })
    const big = await bigOf(await (await workspace.start(await pipeline('', '{ big: $make.big }'))).ended())
    assert.deepEqual(big.at, { kind: 'workspace' })
  })

  it('may be many, found by a pattern, and one that need not be there', async () => {
    const workspace = await on.open(options())
    const run = await workspace.start(
      await doc(`name: p
modules:
  make:
    script: 'for i in 1 2 3; do echo "$i it is" > "a $i.txt"; done; ln -s "a 1.txt" "a 4.txt"'
    outputs: { all: { files: 'a*.txt', stays: true }, none: { file: no, optional: true, stays: true } }
  use: { script: 'cat "$@" > out', arguments: [$all], inputs: { all: $make.all }, outputs: { out: { text: out } } }
outputs: { out: $use.out, none: $make.none }
`),
    )
    const end = await run.ended()
    assert.deepEqual(
      [outputOf(end, 'out'), outputOf(end, 'none')],
      ['1 it is\n2 it is\n3 it is\n1 it is\n', null],
    )
  })

  it('is given to another run by its value, and no text that only looks like one is', async () => {
    const workspace = await on.open(options())
    const big = await bigOf(await (await workspace.start(await pipeline('', '{ big: $make.big }'))).ended())
    const next = await doc(`name: q
inputs: { big: file }
modules:
  use: { script: 'wc -c < "$big" > out', inputs: { big: $big }, outputs: { out: { text: out } } }
outputs: { out: $use.out }
`)
    const end = await (
      await workspace.start(next, { inputs: { big: JSON.parse(JSON.stringify(big)) } })
    ).ended()
    assert.equal(String(outputOf(end, 'out')).trim(), String(size))
    await writeFile(on.path('secret'), 'secret')
    const at = { ...big.at, path: on.path('secret') }
    for (const forged of [
      { ...big, at },
      { ...big, at: { ...at, pinned: undefined } },
    ])
      await assert.rejects(workspace.start(next, { inputs: { big: JSON.parse(JSON.stringify(forged)) } }), {
        code: 'invalid-value',
      })
  })
})
