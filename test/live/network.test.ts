import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { isFile } from '../../src/pipeline/value.ts'
import { slurm } from '../../src/runners/slurm.ts'
import { eventually, within } from '../../src/testing/eventually.ts'
import { startProxy, type TcpProxy } from '../transports/tcp-proxy.ts'
import { openLiveWorkspace, type LiveWorkspace } from './live-workspace.ts'
import { sshPort } from './servers/servers.ts'

const size = 16 * 2 ** 20
const numbers = [0, 1, 2]

/** Jobs that end when a file is there, each with an output that takes some time to travel. */
const pipelineBehind = (gate: string) => `abeyance: 1
name: gated
modules:
  wait:
    map: n
    script: |
      until [ -e ${gate} ]; do sleep 0.1; done
      head -c ${size} /dev/zero | tr '\\0' "$n" >large.bin
    inputs: { n: [${numbers.join(', ')}] }
    outputs: { large: large.bin }
outputs: { all: $wait.large }
`

interface Fault {
  readonly name: string
  begin(proxy: TcpProxy): void
  /** Milliseconds until all is well again, where it does not become so by itself. */
  readonly lasts: number
}

const faults: readonly Fault[] = [
  { name: 'connections are cut', begin: (proxy) => proxy.cut(), lasts: 0 },
  { name: 'nothing gets through for a while', begin: (proxy) => proxy.hold(), lasts: 2000 },
  { name: 'nothing gets through until all is given up', begin: (proxy) => proxy.hold(), lasts: 12_000 },
  { name: 'the other end is gone and nobody is told', begin: (proxy) => proxy.forsake(), lasts: 0 },
  { name: 'all is slow', begin: (proxy) => proxy.slow(100_000), lasts: 4000 },
  { name: 'a transfer is cut in the middle', begin: (proxy) => proxy.cutAfter(size / 2, 'back'), lasts: 0 },
]

describe('a network that fails between the engine and a real Slurm', () => {
  let proxy: TcpProxy
  let live: LiveWorkspace

  beforeEach(async () => {
    proxy = await startProxy(sshPort())
    live = await openLiveWorkspace({
      runner: slurm({ messageTimeout: 15_000 }),
      port: proxy.port,
      ssh: { keepalive: 1000, connectTimeout: 3000 },
    })
  })

  afterEach(async () => {
    await live.close()
    await proxy.close()
  })

  for (const { name, begin, lasts } of faults)
    it(`is recovered from soon after it is healed, when ${name}`, async () => {
      const gate = join(live.shared, 'gate')
      const run = await live.start(pipelineBehind(gate))
      await eventually('all jobs run', 30_000, async () => {
        const jobs = await live.workspace.jobs()
        return jobs.length === numbers.length && jobs.every(({ state }) => state.kind === 'running')
          ? true
          : undefined
      })
      begin(proxy)
      await writeFile(gate, '')
      await wait(lasts)
      proxy.heal()
      // Two intervals: a look each second, and the pause after what failed, which has not grown beyond some seconds.
      const end = await within('the run ends', 25_000, run.ended())
      assert.equal(end.kind, 'done', JSON.stringify(end))
      const digests = Object.values(end.outputs)
        .flat()
        .map((value) => (isFile(value) ? value.digest : value))
      assert.deepEqual(digests, numbers.map(digestOf))
      const claims = await live.claims()
      assert.equal(claims.length, numbers.length)
      for (const path of claims) assert.match(path, /\/claim\.1$/)
    })
})

function digestOf(n: number): string {
  return createHash('sha256')
    .update(Buffer.alloc(size, String(n)))
    .digest('hex')
}
