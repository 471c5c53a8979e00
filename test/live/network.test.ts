import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { silent } from '../../src/core/logger.ts'
import { isFile } from '../../src/pipeline/value.ts'
import { slurm } from '../../src/runners/slurm.ts'
import { eventually, within } from '../../src/testing/eventually.ts'
import { setStage } from '../transports/ssh/stage.ts'
import { startProxy, type TcpProxy } from '../transports/tcp-proxy.ts'
import { openLiveWorkspace, type LiveWorkspace } from './live-workspace.ts'
import { sshPort, sshSettings } from './servers/servers.ts'
import { watchedLooks, type TakenLook } from './watched-looks.ts'

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
  /** Milliseconds until all is well again, where it does not become so by itself; or until a look was in vain. */
  readonly lasts: number | 'given up'
}

const faults: readonly Fault[] = [
  { name: 'connections are cut', begin: (proxy) => proxy.cut(), lasts: 0 },
  { name: 'nothing gets through for a while', begin: (proxy) => proxy.hold(), lasts: 2000 },
  { name: 'nothing gets through until all is given up', begin: (proxy) => proxy.hold(), lasts: 'given up' },
  { name: 'the other end is gone and nobody is told', begin: (proxy) => proxy.forsake(), lasts: 0 },
  { name: 'all is slow', begin: (proxy) => proxy.slow(100_000), lasts: 4000 },
  { name: 'a transfer is cut in the middle', begin: (proxy) => proxy.cutAfter(size / 2, 'back'), lasts: 0 },
]

describe('a network that fails between the engine and a real Slurm', function () {
  this.timeout(300_000)
  let proxy: TcpProxy
  let live: LiveWorkspace
  let looks: readonly TakenLook[]

  beforeEach(async () => {
    proxy = await startProxy(sshPort())
    const watched = watchedLooks(slurm({ messageTimeout: 15_000 }))
    looks = watched.looks
    live = await openLiveWorkspace({
      runner: watched.kind,
      port: proxy.port,
      ssh: { keepalive: 1000, connectTimeout: 8000 },
    })
  })

  afterEach(async () => {
    await live.close()
    await proxy.close()
  })

  for (const { name, begin, lasts } of faults)
    it(`is recovered from within two intervals of its healing, when ${name}`, async () => {
      const gate = join(live.shared, 'gate')
      const run = await live.start(pipelineBehind(gate))
      await eventually('all jobs run', 90_000, async () => {
        const jobs = await live.workspace.jobs()
        return jobs.length === numbers.length && jobs.every(({ state }) => state.kind === 'running')
          ? true
          : undefined
      })
      begin(proxy)
      await writeFile(gate, '')
      if (lasts === 'given up')
        await eventually('a look is in vain', 90_000, async () => looks.find(({ answered }) => !answered))
      else await wait(lasts)
      proxy.heal()
      const healed = performance.now()
      const asked = proxy.count
      let over: number | undefined
      const ending = run.ended().finally(() => (over = performance.now()))
      // A look begun in the fault may be answered after it, or have brought every end before: then none follows.
      const answered = await eventually(
        'the host answers',
        90_000,
        async () => looks.find((look) => look.answered && look.ended >= healed)?.ended ?? over,
      )
      // Counted, since an interval is longer the longer it was bad: that of connections, and that of looks.
      const connections = proxy.count - asked
      const inVain = looks.filter((look) => !look.answered && look.begun >= healed && look.ended <= answered)
      const end = await within('the run ends', 150_000, ending)
      console.log(
        `      ${seconds(answered - healed)} until a look was answered, with ${inVain.length} in vain and ` +
          `${connections} connections asked for; ${seconds(performance.now() - healed)} until the run ended`,
      )
      assert.ok(connections <= 2, `${connections} connections were asked for after it was healed`)
      assert.ok(inVain.length <= 2, `${inVain.length} looks were in vain after it was healed`)
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

describe('a real sshd behind a black hole', () => {
  const stage = setStage()

  it('is asked six times at most in any ten minutes', async () => {
    const proxy = await startProxy(sshPort())
    stage.finally(() => proxy.close())
    proxy.hold()
    const begun: number[] = []
    const debug = (_: object, message: string) =>
      void (message === 'connecting' && begun.push(stage.clock.now()))
    const connection = stage.open(sshSettings(proxy.port), { logger: { ...silent, debug } })
    /** Virtual time goes by until it is settled, a little at a time, however long real sockets take. */
    const asking = async () => {
      let settled = false
      const client = connection.client({ deadline: 300_000 }).finally(() => (settled = true))
      client.catch(() => {})
      while (!settled) {
        await stage.clock.advance(100)
        await new Promise((resolve) => setImmediate(resolve))
      }
      return client
    }
    for (const end = stage.clock.now() + 30 * 60_000; stage.clock.now() < end;) {
      await assert.rejects(asking(), { code: 'unreachable' })
      await stage.clock.advance(1000)
    }
    const most = Math.max(
      ...begun.map((first) => begun.filter((at) => at >= first && at < first + 600_000).length),
    )
    console.log(`      ${begun.length} attempts in half an hour, ${most} at most in ten minutes`)
    assert.ok(begun.length >= 7, begun.join())
    assert.ok(most <= 6, begun.join())
  })
})

const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`

function digestOf(n: number): string {
  return createHash('sha256')
    .update(Buffer.alloc(size, String(n)))
    .digest('hex')
}
