import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import type { JsonObject } from '../../src/core/json.ts'
import { copyFromType, copyToType } from '../../src/modules/copy-types.ts'
import type { AnyModuleType, Values } from '../../src/modules/module-type.ts'
import type { Settings } from '../../src/pipeline/settings.ts'
import { isFile, isFolder } from '../../src/pipeline/value.ts'
import { moduleTypeSuite } from '../../src/testing/index.ts'
import { keepFile } from '../../src/testing/trial-contexts.ts'
import { openJobHost, type JobHost } from '../runners/job-host.ts'

const planned = (
  { act }: AnyModuleType,
  inputs: Values,
  parameters: JsonObject = {},
  settings: Settings = {},
) => {
  assert(act.kind === 'job')
  return act.job(inputs, { parameters, settings })
}
const folder = () => mkdtemp(join(tmpdir(), "abeyance it's $a "))

describe('the module type copy-from', () => {
  moduleTypeSuite({ test: it }, copyFromType, async () => ({
    inputs: { machine: 'hpc', path: '~/a.txt' },
    wrong: { path: 'a.txt' },
    folder: await folder(),
    close: async () => {},
  }))
})

describe('the module type copy-to', () => {
  moduleTypeSuite({ test: it }, copyToType, async () => {
    const at = await folder()
    await writeFile(join(at, 'a.txt'), 'a')
    const copy = await keepFile(at, join(at, 'a.txt'))
    return {
      inputs: { machine: 'hpc', copy, path: '/tmp/' },
      wrong: { copy: 'a.txt', path: '' },
      folder: at,
      close: () => rm(at, { recursive: true }),
    }
  })

  it('goes to its machine, and nowhere else', () => {
    const inputs = { machine: 'hpc', path: '/a' }
    assert.equal(planned(copyFromType, inputs).settings.destination, 'hpc')
    assert.throws(
      () => planned(copyFromType, inputs, {}, { destination: 'here' }),
      /`hpc`.*`here`: leave `destination` out/,
    )
  })

  it('says what it may bring', () => {
    assert.deepEqual(copyFromType.kind.ports({ what: 'folder' }).outputs, { copy: 'folder' })
    assert.throws(() => copyFromType.kind.ports({ what: 'flie' }), /`file` or `folder`, not "flie"/)
  })
})

describe('copying', () => {
  let host: JobHost
  before(async () => {
    host = await openJobHost()
  })
  after(() => host.close())

  async function ran(type: AnyModuleType, inputs: Values, parameters: JsonObject = {}) {
    const { spec } = planned(type, { machine: 'here', ...inputs }, parameters)
    const job = await host.submit(spec)
    const report = await host.until(job, 'ended')
    assert(report.kind === 'ended' && report.exit.kind === 'code')
    return { spec, job, code: report.exit.code }
  }
  async function given(type: AnyModuleType, inputs: Values, parameters: JsonObject = {}): Promise<Values> {
    const { spec, job } = await ran(type, inputs, parameters)
    const answer = await host.runner.fetch({ tag: job, incarnation: 1, spec, outputs: true }, {})
    assert(answer.kind === 'fetched', JSON.stringify(answer))
    return answer.outputs
  }
  const at = (path: string) => join(host.folder, path)

  it('brings a file under its own name', async () => {
    await writeFile(at("it's $b.txt"), 'hello')
    const { copy } = await given(copyFromType, { path: at("it's $b.txt") })
    assert(isFile(copy))
    assert.deepEqual([copy.name, copy.size], ["it's $b.txt", 5])
  })

  it('brings a folder, with files for the links in it', async () => {
    await mkdir(at('tree/inner'), { recursive: true })
    await writeFile(at('tree/inner/a'), 'a')
    const { copy } = await given(copyFromType, { path: `${at('tree')}/` }, { what: 'folder' })
    assert(isFolder(copy))
    assert.deepEqual([copy.name, copy.files], ['tree', 1])
  })

  it('fails where there is no such file, naming it', async () => {
    const { job, code } = await ran(copyFromType, { path: at('absent') })
    assert.equal(code, 1)
    assert.match(await host.read(job, 'run.1/stderr'), /no file .*absent/)
  })

  it('puts a file there whole, in place of the one before, and gives its path', async () => {
    await writeFile(at('c.txt'), 'new')
    const kept = await host.context.objects.keep(at('c.txt'), 'copy')
    const copy = { kind: 'file', name: 'c.txt', ...kept, at: { kind: 'workspace' } } as const
    const { path } = await given(copyToType, { copy, path: at('there/sub/d.txt') })
    assert.equal(path, at('there/sub/d.txt'))
    assert.equal(await readFile(at('there/sub/d.txt'), 'utf8'), 'new')
    assert.deepEqual(await readdir(at('there/sub')), ['d.txt'])
  })

  it('puts a folder into the one there, and leaves all else in it as it was', async () => {
    await mkdir(at('run/odd  $(name)'), { recursive: true })
    await writeFile(at('run/odd  $(name)/new'), 'new')
    const { copy } = await given(copyFromType, { path: at('run') }, { what: 'folder' })
    await mkdir(at('mine/odd  $(name)'), { recursive: true })
    await writeFile(at('mine/odd  $(name)/raw'), 'raw', { mode: 0o444 })
    await given(copyToType, { copy: copy ?? null, path: at('mine') })
    const modeOf = async (name: string) => (await stat(at(`mine/odd  $(name)/${name}`))).mode & 0o200
    assert.deepEqual([await modeOf('raw'), await modeOf('new')], [0, 0o200])
    assert.equal(await readFile(at('mine/odd  $(name)/new'), 'utf8'), 'new')
  })
})
