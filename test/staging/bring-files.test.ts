import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { link, mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import { listTree } from '../../src/runners/list-folder.ts'
import { digestFile } from '../../src/signatures/digest-file.ts'
import { bringFiles } from '../../src/staging/bring-files.ts'
import { local } from '../../src/transports/local.ts'
import type { Transport } from '../../src/transports/transport.ts'
import { sshBench, type SshBench } from '../transports/ssh-bench.ts'

describe('bringing files', () => {
  let bench: SshBench
  let folder: string
  const request = { deadline: 60_000 }
  const long = `${'long'.repeat(30)} größe`
  const contents: Record<string, Uint8Array | string> = {
    "it's $one": 'one',
    '-rf': 'dash',
    'new\nline': 'newline',
    'back\\slash': 'backslash',
    [long]: 'long name',
    empty: '',
    'sub/block': randomBytes(512),
    'sub/large': randomBytes(1_200_000),
  }
  before(async () => {
    bench = await sshBench({ noise: 'Welcome!' })
    folder = join(bench.there, "work it's")
    await mkdir(join(folder, 'sub'), { recursive: true })
    for (const [name, bytes] of Object.entries(contents)) await writeFile(join(folder, name), bytes)
    await link(join(folder, 'empty'), join(folder, 'z other name of empty'))
    await link(join(folder, "it's $one"), join(folder, 'z other name'))
    await symlink('sub/block', join(folder, 'link'))
  })
  after(() => bench.close())

  const expected = () => ({
    ...contents,
    'z other name': 'one',
    'z other name of empty': '',
    link: contents['sub/block'] ?? '',
  })
  const bring = async (transport: Transport, name: string) => {
    const listed = await listTree(transport, folder, request)
    const files = listed.filter(({ kind }) => kind !== 'folder')
    const into = join(bench.here, name)
    return bringFiles({ transport, folder, into, request }, files)
  }

  it('brings each with the digest that it has there, over ssh', async () => {
    const brought = await bring(bench.transport, 'ssh')
    assert.deepEqual([...brought.keys()].toSorted(), Object.keys(expected()).toSorted())
    for (const [path, bytes] of Object.entries(expected())) {
      const { localPath = '', digest } = brought.get(path) ?? {}
      assert.deepEqual(await readFile(localPath), Buffer.from(bytes), path)
      assert.equal(digest, (await digestFile(localPath)).digest, path)
    }
  })

  it('brings the same where nothing travels, and where there is no tar', async () => {
    const { stream, ...transport } = bench.transport
    const without = (script: string) =>
      `tarless() { return 1; }\n${script.replace('command -v tar', 'tarless')}`
    const tarless: Transport = {
      ...transport,
      run: (script, options) => transport.run(without(script), options),
      stream: async (script, flow, options) => stream?.(without(script), flow, options) ?? assert.fail(),
    }
    for (const [index, way] of [local(), transport, tarless].entries()) {
      const brought = await bring(way, `way-${index}`)
      for (const [path, bytes] of Object.entries(expected()))
        assert.deepEqual(await readFile(brought.get(path)?.localPath ?? ''), Buffer.from(bytes), path)
    }
  })

  it('lists a tree in one request, as the slower way does', async () => {
    const { stream: _, ...slow } = bench.transport
    const sorted = async (way: Transport) =>
      (await listTree(way, folder, request)).toSorted((a, b) => (a.path < b.path ? -1 : 1))
    const plain = (files: Awaited<ReturnType<typeof sorted>>) =>
      files.map((file) => (file.kind === 'folder' ? { ...file, size: 0 } : file))
    assert.deepEqual(plain(await sorted(bench.transport)), plain(await sorted(slow)))
    assert.deepEqual(await listTree(bench.transport, `${folder}/no`, request), [])
  })

  it('names what is not there any more', async () => {
    const files = ['empty', 'gone'].map((path) => ({ path, size: 0, kind: 'file' }))
    const into = join(bench.here, 'gone')
    await assert.rejects(bringFiles({ transport: bench.transport, folder, into, request }, files), {
      code: 'transport-failed',
      message: /gone/,
    })
  })
})
