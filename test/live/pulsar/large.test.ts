import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { isFile } from '../../../src/pipeline/value.ts'
import type { Travel } from '../../../src/runners/runner.ts'
import { ended, submission, trial } from '../../../src/testing/trial-job.ts'
import { freePort } from '../../testing/free-port.ts'
import { openPulsarSubject } from '../../testing/pulsar-subject.ts'
import { serverOf } from './managers.ts'

const size = 500 * 2 ** 20
/** What may be added to the memory of this process, by buffers on their way. */
const most = 120 * 2 ** 20

/** How often it is told at least how far they are: a server that comes to us is looked at several times a second. */
const ways = { push: 10, pull: 3 } as const

describe('500 MiB to a real Pulsar server and back', () => {
  for (const [staging, least] of Object.entries(ways))
    it(`by ${staging} keep memory flat, show how far they are, and are the same`, async function () {
      this.timeout(900_000)
      const listen = `127.0.0.1:${await freePort()}`
      const endpoint = { url: `http://${listen}/`, listen }
      const { options } = serverOf('_default_')
      const on = await openPulsarSubject({ ...options, ...(staging === 'pull' && { endpoint }) })
      let peak = 0
      const weigh = () => (peak = Math.max(peak, process.memoryUsage().rss))
      const timer = setInterval(weigh, 20)
      try {
        const path = join(on.shared, 'large')
        await pipeline(Readable.from(noise()), createWriteStream(path))
        const kept = await on.context.objects.keep(path, 'own')
        const value = { kind: 'file', name: 'large', ...kept, at: { kind: 'workspace' } } as const
        const job = submission(
          trial('cp "$large" out', {
            staged: [{ path: 'large', value }],
            variables: { large: [{ staged: 'large' }] },
            outputs: { out: { kind: 'file', path: 'out', optional: false } },
          }),
        )
        const news: Travel[] = []
        const travelled = (_: unknown, travel: Travel) => void news.push(travel)
        const before = (peak = weigh())
        const began = performance.now()
        assert.equal((await on.runner.submit([job], { travelled })).get(job.tag)?.kind, 'accepted')
        const sent = performance.now()
        const { exit, incarnation } = await ended(on.runner, job.tag, 300_000)
        assert.deepEqual(exit, { kind: 'code', code: 0 })
        const asked = performance.now()
        const { spec, tag } = job
        const answer = await on.runner.fetch({ tag, incarnation, spec, outputs: true }, { travelled })
        const fetched = performance.now()
        const out = answer.kind === 'fetched' ? answer.outputs['out'] : undefined
        assert.ok(out !== undefined && isFile(out), JSON.stringify(answer))
        assert.equal(out.digest, kept.digest)
        for (const way of ['there', 'home'] as const) {
          const told = news.filter((one) => one.way === way)
          assert.ok(told.length >= least, `${told.length} times it was told how far it was ${way}`)
          assert.deepEqual(told.at(-1), { way, done: size, total: size })
        }
        const mebibytes = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MiB`
        console.log(
          `      there in ${((sent - began) / 1000).toFixed(1)} s, home in ${((fetched - asked) / 1000).toFixed(1)} s; ` +
            `RSS ${mebibytes(before)} before, ${mebibytes(peak)} at most`,
        )
        assert.ok(peak - before < most, `${mebibytes(peak - before)} more memory`)
        await on.runner.clean([tag], {})
      } finally {
        clearInterval(timer)
        await on.close()
      }
    })
})

/** Blocks that are all different and compress badly, at little cost. */
function* noise(): Generator<Buffer> {
  const block = Buffer.alloc(2 ** 20)
  for (let at = 0; at < size; at += block.length) {
    const seed = createHash('sha512').update(String(at)).digest()
    for (let place = 0; place < block.length; place += seed.length) seed.copy(block, place)
    yield Buffer.from(block)
  }
}
