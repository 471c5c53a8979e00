import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { beforeEach, describe, it } from 'mocha'
import { z } from 'zod'
import { moduleType } from '../../src/modules/module-type-of.ts'
import { file } from '../../src/pipeline/ports.ts'
import { isFile, type FileValue } from '../../src/pipeline/value.ts'
import { local } from '../../src/runners/local.ts'
import type { Workspace } from '../../src/workspace/workspace.ts'
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

  const pipeline = (modules: string, outputs: string, stays = true) => {
    const declared = (output: string) => (stays ? `{ ${output}, stays: true }` : `{ ${output} }`)
    const text = `name: p
modules:
  make:
    script: |
      echo x >> ${on.path('make.ran')}; head -c ${size} /dev/zero > big
      for i in 1 2; do echo "$i" > "a $i.txt"; done; ln -s "a 1.txt" "a 3.txt"
    outputs:
      big: ${stays ? declared('file: big') : 'big'}
      all: ${declared("files: 'a*.txt'")}
      none: ${declared('file: no, optional: true')}
${modules}
outputs: ${outputs}
`
    return doc(text, [count])
  }
  const use = `  use:
    script: 'cat "$big" | wc -c > out; cat "$@" >> out'
    arguments: [$all]
    inputs: { big: $make.big, all: $make.all }
    outputs: { out: { text: out } }`
  const run = async (workspace: Workspace, modules: string, outputs: string) =>
    (await workspace.start(await pipeline(modules, outputs))).ended()
  const bigOf = (end: { readonly kind: string }): FileValue => {
    const big = outputOf(end, 'big')
    assert.ok(isFile(big))
    return big
  }
  const root = async () => on.path(`near/${(await readdir(on.path('near')))[0]}`)

  it('is linked into what runs there next, never travels, and is let go of by gc when no record names it', async () => {
    const workspace = await on.open(options())
    const end = await run(workspace, use, '{ out: $use.out, big: $make.big, none: $make.none }')
    assert.equal(String(outputOf(end, 'out')).trim(), `${size}\n1\n2\n1`)
    assert.equal(outputOf(end, 'none'), null)
    const kept = `${await root()}/kept`
    const digest = createHash('sha256').update(Buffer.alloc(size)).digest('hex')
    const at = { kind: 'destination', destination: 'near', path: `${kept}/${digest}`, pinned: true }
    assert.deepEqual(bigOf(end), { kind: 'file', name: 'big', digest, size, at })
    assert.ok(near.moved.there + near.moved.home < 100_000, JSON.stringify(near.moved))

    assert.deepEqual((await workspace.gc()).released, [])
    const { released } = await workspace.gc({ dryRun: true, olderThan: -1 })
    assert.deepEqual(released.map((pin) => pin.digest).toSorted(), (await readdir(kept)).toSorted())
    assert.deepEqual((await workspace.gc({ olderThan: -1 })).released, released)
    assert.deepEqual(await readdir(kept), [])
    assert.deepEqual((await workspace.gc({ olderThan: -1 })).released, [])
  })

  it('comes home once, for a module that computes here, another machine and whoever reads it', async () => {
    const more = `  count: { type: test/count, inputs: { big: $make.big } }
  there: { script: 'wc -c < "$big" > out', destination: other, inputs: { big: $make.big }, outputs: { out: { text: out } } }
  here: { script: 'echo > out', destination: local, outputs: { out: { file: out, stays: true } } }`
    const workspace = await on.open(options())
    const end = await run(
      workspace,
      more,
      '{ bytes: $count.bytes, there: $there.out, big: $make.big, here: $here.out }',
    )
    assert.equal(outputOf(end, 'bytes'), size)
    assert.equal(String(outputOf(end, 'there')).trim(), String(size))
    const here = outputOf(end, 'here')
    assert.ok(isFile(here))
    assert.deepEqual(here.at, { kind: 'workspace' }, 'nothing is won where nothing travels')
    await workspace.files.save(bigOf(end), on.path('saved'))
    assert.equal((await readFile(on.path('saved'))).length, size)
    assert.ok(near.moved.home >= size && near.moved.home < 1.5 * size, JSON.stringify(near.moved))
    assert.ok(other.moved.there >= size && other.moved.there < 1.5 * size, JSON.stringify(other.moved))
  })

  it('is signed as if it came home, read beside, and given to another run by its value, which nobody forges', async () => {
    const workspace = await on.open(options())
    const end = await run(workspace, '', '{ big: $make.big }')
    const plain = await pipeline('', '{ big: $make.big }', false)
    assert.deepEqual(
      (await workspace.plan(plain)).map(({ step }) => step),
      ['reuse'],
    )
    const big = bigOf(end)
    await (await on.read(options())).files.save(big, on.path('saved'))
    assert.equal((await readFile(on.path('saved'))).length, size)
    const next = await doc(`name: q
inputs: { big: file }
modules: { use: { command: [test, -s, $big], inputs: { big: $big }, outputs: {} } }
outputs: {}
`)
    const given = (value: object) => ({ inputs: { big: JSON.parse(JSON.stringify(value)) } })
    assert.equal((await workspace.plan(next, given(big)))[0]?.step, 'submit')
    await writeFile(on.path('secret'), 'secret')
    const at = { ...big.at, path: on.path('secret') }
    for (const forged of [
      { ...big, at },
      { ...big, at: { ...big.at, pinned: undefined } },
    ])
      await assert.rejects(workspace.plan(next, given(forged)), { code: 'invalid-value' })
  })

  it('is named by whatever needs it where the machine has lost it, and what made it runs again then', async () => {
    const workspace = await on.open(options())
    await run(workspace, '', '{ big: $make.big }')
    for (const folder of ['kept', 'cache']) await rm(`${await root()}/${folder}`, { recursive: true })
    const more = `  count: { type: test/count, inputs: { big: $make.big } }
  there: { script: 'wc -c < "$big" > out', inputs: { big: $make.big }, outputs: { out: { text: out } } }`
    const outputs = '{ bytes: $count.bytes, out: $there.out }'
    const failed = await run(workspace, more, outputs)
    assert.ok(failed.kind === 'failed', failed.kind)
    assert.deepEqual(failed.failures.map(({ module }) => module).toSorted(), ['count', 'there'])
    for (const { error } of failed.failures)
      assert.match(error.message, /big stayed on near and is not there any more.*what made it runs again/)
    assert.deepEqual(await on.lines('make.ran'), ['x'])
    assert.equal(outputOf(await run(workspace, more, outputs), 'bytes'), size)
    assert.deepEqual(await on.lines('make.ran'), ['x', 'x'])
  })
})
