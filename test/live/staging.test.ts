import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import { readDocumentOrThrow } from '../../src/pipeline/read-document.ts'
import { local } from '../../src/runners/local.ts'
import type { Travel } from '../../src/runners/runner.ts'
import { digestFile } from '../../src/signatures/digest-file.ts'
import { bringFiles } from '../../src/staging/bring-files.ts'
import type { Content } from '../../src/staging/content.ts'
import { fillCache } from '../../src/staging/host-cache.ts'
import { ssh } from '../../src/transports/ssh.ts'
import type { Transport } from '../../src/transports/transport.ts'
import { catalogOf } from '../../src/workspace/known-types.ts'
import { openWorkspace } from '../../src/workspace/open-workspace.ts'
import { startProxy, type TcpProxy } from '../transports/tcp-proxy.ts'
import { startOwnSshd, type OwnSshd } from './transports/own-sshd.ts'

describe('staging over a real sshd', () => {
  let sshd: OwnSshd
  let proxy: TcpProxy
  let transport: Transport
  let base: string
  const request = { deadline: 120_000 }
  before(async () => {
    sshd = await startOwnSshd(['PermitRootLogin prohibit-password', 'Subsystem sftp internal-sftp'])
    proxy = await startProxy(sshd.port)
    base = await mkdtemp(join(tmpdir(), "live staging it's $a "))
    const knownHosts = join(base, 'known_hosts')
    const keys = execFileSync('cut', ['-d', ' ', '-f', '1,2', join(sshd.folder, 'host.pub')], {
      encoding: 'utf8',
    })
    await writeFile(knownHosts, `[127.0.0.1]:${proxy.port} ${keys}`)
    const user = userInfo().username
    transport = ssh({ ...sshd.settings, user, port: proxy.port, knownHostsFiles: [knownHosts] })
  })
  after(async () => {
    await transport.close()
    await proxy.close()
    await sshd.close()
    await rm(base, { recursive: true })
  })

  const made = async (name: string, size: number): Promise<Content> => {
    const path = join(base, name)
    await writeFile(path, randomBytes(size))
    return { ...(await digestFile(path)), from: { path } }
  }
  const fill = (name: string, contents: readonly Content[]) => {
    const { stream } = transport
    assert.ok(stream)
    return fillCache({ transport: { ...transport, stream }, folder: join(base, name), request }, contents)
  }
  const named = async (name: string) =>
    (await readdir(join(base, name))).filter((one) => !one.startsWith('.')).toSorted()

  it('sends many files and a large one through cuts, and brings them back the same', async () => {
    const small = await Promise.all(
      Array.from({ length: 100 }, (_, index) => made(`small-${index}`, 3000 + index)),
    )
    const contents = [...small, await made('large', 6 * 2 ** 20)]
    let cuts = 0
    for (const bytes of [20_000, 600_000, 3_000_000]) {
      proxy.cutAfter(bytes, 'there')
      await fill('cache', contents).catch(() => (cuts += 1))
    }
    assert.ok(cuts >= 2, `${cuts} cuts`)
    await fill('cache', contents)
    const digests = contents.map(({ digest }) => digest).toSorted()
    assert.deepEqual(await named('cache'), digests)
    const files = contents.map(({ digest, size }) => ({ path: digest, size, kind: 'file' }))
    const question = { transport, folder: join(base, 'cache'), into: join(base, 'back'), request }
    for (const [path, { localPath, digest }] of await bringFiles(question, files)) {
      assert.equal(digest, path)
      assert.equal((await digestFile(localPath)).digest, path)
    }
  })

  for (const [what, size] of [
    ['many small files', 300_000],
    ['a large file', 4 * 2 ** 20],
  ] as const)
    it(`says that the disk there is full, for ${what}, and goes on when it is not`, async () => {
      const disk = join(base, `disk-${size}`)
      await mkdir(disk)
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'none', disk])
      try {
        const count = Math.ceil((4 * 2 ** 20) / size)
        const contents = await Promise.all(
          Array.from({ length: count }, (_, index) => made(`full-${size}-${index}`, size)),
        )
        await assert.rejects(fill(`disk-${size}/cache`, contents), { code: 'disk-full' })
        assert.deepEqual(await named(`disk-${size}/cache`), [])
        execFileSync('mount', ['-o', 'remount,size=32m', disk])
        await fill(`disk-${size}/cache`, contents)
        assert.equal((await named(`disk-${size}/cache`)).length, count)
      } finally {
        execFileSync('umount', [disk])
      }
    })

  it('leaves 64 MiB where they were made for all that runs there, and brings them home once', async () => {
    const size = 64 * 2 ** 20
    const hpc = { runner: local(), transport, workFolder: join(base, 'hpc') }
    const workspace = await openWorkspace(join(base, 'workspace'), { destinations: { hpc } })
    const travels: Travel[] = []
    workspace.events$.subscribe((event) => {
      if (event.kind === 'staging') travels.push(event)
    })
    /** The bytes on the wire, in both directions, that a run takes. */
    const costs = async (more = '', outputs = '') => {
      const before = proxy.bytes
      const end = await (await workspace.start(await study(more, outputs))).ended()
      assert.equal(end.kind, 'done', JSON.stringify(end))
      return proxy.bytes - before
    }
    try {
      assert.ok((await costs()) < 2 ** 20, 'nothing of it travels')
      proxy.slow(32 * 2 ** 20)
      const first = await costs(here('one'), ', one: $one.bytes')
      assert.ok(first >= size && first < 1.1 * size, `${first} bytes`)
      assert.ok(travels.some(({ way, done, total }) => way === 'there' && done > 0 && total === size))
      proxy.heal()
      assert.ok((await costs(here('two'), ', two: $two.bytes')) < 2 ** 20, 'it is here already')
    } finally {
      await workspace.close()
    }
  })
})

const here = (name: string) =>
  `  ${name}: { script: 'wc -c < "$big" > ${name}', inputs: { big: $sort.big }, outputs: { bytes: { text: ${name} } } }\n`

function study(more: string, outputs: string) {
  const text = `abeyance: 1
name: staying
modules:
  make:
    script: 'head -c 67108864 /dev/urandom > big'
    destination: hpc
    outputs: { big: { file: big, stays: true } }
  sort:
    script: 'tr a b < "$big" > changed'
    destination: hpc
    inputs: { big: $make.big }
    outputs: { big: { file: changed, stays: true } }
  count:
    script: 'wc -c < "$big" > bytes'
    destination: hpc
    inputs: { big: $sort.big }
    outputs: { bytes: { text: bytes } }
${more}outputs: { bytes: $count.bytes${outputs} }
`
  return readDocumentOrThrow(text, { catalog: catalogOf({}) })
}
