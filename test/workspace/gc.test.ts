import assert from 'node:assert/strict'
import { readFile, stat } from 'node:fs/promises'
import { describe, it } from 'mocha'
import { z } from 'zod'
import { silent } from '../../src/core/logger.ts'
import { moduleType } from '../../src/modules/module-type-of.ts'
import { isFolder } from '../../src/pipeline/value.ts'
import { bench, begun, doc, held, outputOf, release } from './bench.ts'

const make = (base: string, word: string) => `name: ${word}
modules:
  one: { command: [sh, -c, 'echo x >> ${base}/${word}.ran; mkdir -p d/e; echo ${word} > d/e/f'], outputs: { d: { folder: d } } }
outputs: { d: $one.d }
`

describe('gc', () => {
  it('removes old runs with what only they used, nothing in a dry run, and what went is made again', async () => {
    const on = await bench()
    const workspace = await on.open()
    const old = await workspace.start(await doc(make(on.base, 'old')))
    const d = outputOf(await old.ended(), 'd')
    assert.ok(isFolder(d))
    await workspace.files.folder(d)
    const dry = await workspace.gc({ dryRun: true, olderThan: -1 })
    assert.deepEqual([dry.runs, dry.outputs, dry.jobs.length], [[old.id], 1, 1])
    assert.equal(dry.objects > 1 && dry.bytes > 0, true)
    assert.deepEqual((await workspace.gc({ olderThan: 3_600_000 })).runs, [])
    assert.equal((await workspace.runs()).length, 1)
    const { bytes, objects } = await workspace.gc({ olderThan: -1 })
    assert.deepEqual([bytes, objects], [dry.bytes, dry.objects])
    assert.deepEqual(
      [await workspace.runs(), await workspace.jobs(), await workspace.run(old.id)],
      [[], [], undefined],
    )
    await assert.rejects(stat(`${on.folder}/.abeyance/kept/${d.digest}`))
    const again = await workspace.start(await doc(make(on.base, 'old')))
    assert.equal((await again.ended()).kind, 'done')
    assert.deepEqual(await on.lines('old.ran'), ['x', 'x'])
  })

  it('drops old notices of notifiers that are not there any more', async () => {
    const on = await bench()
    const away = { notify: () => Promise.reject(new Error('away')) }
    const notices = [{ on: ['run-finished' as const], to: ['ann'] }]
    const before = await on.open({ notifiers: { ann: away }, notices })
    await (await before.start(await doc(make(on.base, 'told')))).ended()
    await before.close()
    /** What is said of them at a start, after which gc is asked. */
    const said = async (olderThan: number) => {
      const faults: string[] = []
      const logger = { ...silent, error: (_: object, message: string) => void faults.push(message) }
      const workspace = await on.open({ logger })
      await workspace.gc({ olderThan })
      await workspace.close()
      return faults.filter((fault) => fault.includes('1 for "ann"')).length
    }
    assert.deepEqual([await said(3_600_000), await said(-1), await said(-1)], [1, 1, 0])
  })

  it('keeps what an open run needs, also what it made', async () => {
    const on = await bench()
    const workspace = await on.open()
    const run = await workspace.start(
      await doc(`name: p
modules:
  one: { command: [sh, -c, 'echo x >> ${on.base}/one.ran; echo kept > out'], outputs: { out: out } }
  two:
    ${held(on, 'two')}
    inputs: { in: $one.out }
  last: { command: [cp, $in, out], inputs: { in: $one.out, after: $two.out }, outputs: { out: { text: out } } }
outputs: { out: $last.out }
`),
    )
    await begun(on, 'two')
    await run.resting()
    assert.deepEqual((await workspace.gc({ olderThan: -1 })).runs, [])
    assert.equal((await workspace.gc({ olderThan: -1 })).objects, 0)
    await release(on, 'two')
    assert.equal(outputOf(await run.ended(), 'out'), 'kept\n')
  })
})

describe('gc of what only values name', () => {
  it('keeps a file that stands deep in a value, and takes nothing else for one', async () => {
    const on = await bench()
    const modules = [
      moduleType({
        type: 'test/deep',
        version: 1,
        inputs: {},
        outputs: { deep: z.json() },
        compute: async (_, { keep }) => {
          await on.write('made', 'deep')
          const like = { kind: 'folder', digest: 'sha256:0' }
          return {
            deep: JSON.parse(
              JSON.stringify({ list: [{ file: { ...(await keep(on.path('made'))) } }, like] }),
            ),
          }
        },
      }),
    ]
    const workspace = await on.open({ modules })
    const pipeline = await doc(
      'name: p\nmodules:\n  m: { type: test/deep }\noutputs: { d: $m.deep }\n',
      modules,
    )
    await (await workspace.start(pipeline)).ended()
    assert.equal((await workspace.gc()).objects, 0)
  })
})

describe('files', () => {
  it('saves folders and files as copies of the user, whole, over what was there', async () => {
    const on = await bench()
    const workspace = await on.open()
    const d = outputOf(await (await workspace.start(await doc(make(on.base, 'w')))).ended(), 'd')
    assert.ok(isFolder(d))
    const paths = await Promise.all([workspace.files.folder(d), workspace.files.folder(d)])
    assert.equal(await readFile(`${paths[0]}/e/f`, 'utf8'), 'w\n')
    await workspace.files.save(d, on.path('deep/copy'))
    await on.write('deep/copy/stray', 'x')
    await workspace.files.save(d, on.path('deep/copy'))
    assert.equal(await readFile(on.path('deep/copy/e/f'), 'utf8'), 'w\n')
    await assert.rejects(stat(on.path('deep/copy/stray')), { code: 'ENOENT' })
    assert.equal((await stat(on.path('deep/copy/e/f'))).mode & 0o200, 0o200)
    const lost = { kind: 'file', name: 'x', size: 1, digest: d.digest, at: { kind: 'workspace' } } as const
    await workspace.gc({ olderThan: -1 })
    await assert.rejects(workspace.files.text(lost), { code: 'missing-file' })
  })
})
