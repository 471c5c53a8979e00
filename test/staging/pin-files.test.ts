import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import {
  appendFile,
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import { AbeyanceError } from '../../src/core/error.ts'
import type { Digest } from '../../src/core/ids.ts'
import { digestFile } from '../../src/signatures/digest-file.ts'
import { openObjects } from '../../src/staging/objects.ts'
import { pinFiles } from '../../src/staging/pin-files.ts'
import type { FarFile, Places } from '../../src/staging/places.ts'
import { pruneCache } from '../../src/staging/prune-cache.ts'
import { stageInputs } from '../../src/staging/stage-inputs.ts'
import { unpinFiles } from '../../src/staging/unpin-files.ts'
import type { Transport } from '../../src/transports/transport.ts'
import { farMachine, type FarMachine } from './far-machine.ts'

describe('files that stay on a machine', () => {
  let base: string
  let transport: FarMachine
  /** Every script that was run. */
  const scripts: string[] = []
  /** What the machine's shell knows before each script. */
  let prelude = ''
  const request = { deadline: 60_000 }
  const names = ['plain', "it's $one", 'new\nline', '-rf', 'sub/deep']
  before(async () => {
    base = await mkdtemp(join(tmpdir(), "staying it's $a "))
    const machine = farMachine('there')
    const run: Transport['run'] = (script, options) => {
      scripts.push(script)
      return machine.run(prelude + script, options)
    }
    transport = { ...machine, run }
    await mkdir(join(base, 'work', 'sub'), { recursive: true })
    for (const name of names) await writeFile(join(base, 'work', name), name)
    await symlink('plain', join(base, 'work', 'link'))
  })
  after(() => rm(base, { recursive: true }))

  const kept = () => join(base, 'kept')
  const cache = () => join(base, 'cache')
  const pin = (paths: readonly string[]) =>
    pinFiles({ transport, folder: join(base, 'work'), kept: kept(), cache: cache(), request }, paths)
  const far = async (name: string): Promise<FarFile> => {
    const file = (await pin([name])).get(name) ?? assert.fail()
    const at = {
      kind: 'destination',
      destination: 'own',
      path: join(kept(), file.digest),
      pinned: true,
    } as const
    return { kind: 'file', name: 'file', ...file, at }
  }
  let lost: FarFile[] = []
  const places: Places = {
    own: 'own',
    isNear: (destination) => destination === 'own',
    bring: () => assert.fail('nothing is to travel'),
    lost: async (file) => {
      lost.push(file)
      return new AbeyanceError('missing-file', 'lost')
    },
  }
  let staged = 0
  const stage = async (value: FarFile, doubt = false) => {
    const objects = await openObjects(join(base, 'objects'))
    const folder = join(base, `attempt-${++staged}`, 'inputs')
    const stays = { folder: kept(), places }
    const found = await stageInputs({ transport, objects, folder, cache: cache(), doubt, stays, request }, [
      { path: 'in/file', value },
    ])
    return { found, path: join(folder, 'in/file') }
  }

  it('are named by what is in them, linked and not copied, however often they are asked for', async () => {
    for (let time = 0; time < 2; time += 1)
      for (const [name, { digest, size }] of await pin(names)) {
        assert.deepEqual({ digest, size }, await digestFile(join(base, 'work', name)))
        const [file, original] = await Promise.all([
          lstat(join(kept(), digest)),
          lstat(join(base, 'work', name)),
        ])
        assert.deepEqual([file.ino, file.nlink, file.mode & 0o777], [original.ino, 3, 0o444])
      }
    assert.equal((await readdir(kept())).length, names.length)
    assert.equal((await readdir(cache())).length, names.length)
  })

  it('are copied where a link leads to them, which may be anybody’s', async () => {
    await appendFile(join(base, 'other'), 'of others')
    await symlink(join(base, 'other'), join(base, 'work', 'out'))
    const { digest } = (await pin(['out'])).get('out') ?? assert.fail()
    await appendFile(join(base, 'other'), ' and more')
    assert.equal(await readFile(join(kept(), digest), 'utf8'), 'of others')
  })

  it('are linked as inputs, also after the cache was emptied; pruning it leaves them', async () => {
    const value = await far('plain')
    await transport.run(`${pruneCache(cache(), -1)}exit 0`, request)
    assert.ok((await readdir(cache())).includes(value.digest))
    await rm(cache(), { recursive: true })
    const { found, path } = await stage(value)
    assert.deepEqual(found, [{ path: 'in/file', digest: value.digest }])
    assert.equal((await lstat(path)).ino, (await lstat(join(kept(), value.digest))).ino)
    assert.deepEqual([transport.moved, lost], [{ there: 0, home: 0 }, []])
  })

  it('are lost where they were damaged, which a second attempt looks for', async () => {
    const value = await far('-rf')
    await chmod(value.at.path, 0o644)
    await writeFile(value.at.path, '-RF')
    assert.equal((await stage(value)).found.length, 1, 'the wrapper finds it')
    await assert.rejects(stage(value, true), { code: 'missing-file' })
    assert.deepEqual(lost, [value])
    lost = []
    assert.equal(await readFile(join(kept(), `.damaged.${value.digest}`), 'utf8'), '-RF')
    await unpinFiles({ transport, kept: kept(), request }, [value.digest])
    assert.ok(!(await readdir(kept())).some((name) => name.includes(value.digest)))
  })

  for (const program of ['wc', 'sha256sum'])
    it(`are left as they are where ${program} cannot read them for now`, async () => {
      const value = await far('plain')
      prelude = `${program}() { echo 'Stale file handle' >&2; return 1; }\n`
      try {
        await assert.rejects(stage(value, true), { message: /Stale file handle/ })
      } finally {
        prelude = ''
      }
      assert.equal(await readFile(join(kept(), value.digest), 'utf8'), 'plain')
      assert.equal((await stage(value, true)).found.length, 1)
      assert.deepEqual(lost, [])
    })

  it('are let go of, and what is gone is no fault', async () => {
    const value = await far('sub/deep')
    const unpin = (digests: readonly Digest[], folder = kept()) =>
      unpinFiles({ transport, kept: folder, request }, digests)
    await unpin([value.digest])
    await unpin([value.digest])
    await unpin([value.digest], join(base, 'none'))
    assert.ok(!(await readdir(kept())).includes(value.digest))
  })

  it('are kept by scripts that every shell reads', () => {
    const has = (program: string) => spawnSync(program, ['--help']).error === undefined
    for (const kind of ['pin() {', 'pinned() {', 'rm -f ./'])
      for (const [program = '', ...words] of [
        ['dash', '-n'],
        ['busybox', 'sh', '-n'],
        ['shellcheck', '--shell=sh', '--severity=warning', '--exclude=SC2120', '-'],
      ])
        if (has(program)) {
          const input = scripts.find((script) => script.includes(kind)) ?? assert.fail(kind)
          const { status, stdout, stderr } = spawnSync(program, words, { input, encoding: 'utf8' })
          assert.equal(status, 0, `${program}: ${stdout}${stderr}`)
        }
  })
})
