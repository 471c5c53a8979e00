import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { lastValueFrom, toArray } from 'rxjs'
import type { LogNews } from '../../src/monitor/job-monitor.ts'
import { bench, doc } from './bench.ts'

describe('a job that is gone without an exit', () => {
  it('has failed, and what it had printed is here', async () => {
    const on = await bench()
    // Like a node that fails, or a scheduler that ends all of it at once.
    await on.write(
      'job.sh',
      `echo 'said so far'; echo 'and a complaint' >&2
IFS=, read -r _ _ _ wrapper _ <../../claim.1
kill -KILL "$wrapper" 0
`,
    )
    const workspace = await on.open()
    const run = await workspace.start(
      await doc(`name: p
modules: { one: { command: [sh, ${on.base}/job.sh], outputs: { out: out.txt } } }
outputs: { out: $one.out }
`),
    )
    assert.equal((await run.ended()).kind, 'failed')
    const [job] = await workspace.jobs()
    assert.ok(job?.state.kind === 'failed' && job.state.exit === undefined)
    assert.match(job.state.message, /no exit|without/i)
    const kinds = (await workspace.history(job.key)).map(({ to }) => to)
    assert.deepEqual(kinds.slice(-2), ['fetching', 'failed'])
    for (const [stream, said] of [
      ['stdout', 'said so far\n'],
      ['stderr', 'and a complaint\n'],
    ] as const) {
      const news: readonly LogNews[] = await lastValueFrom(
        workspace.log$(job.key, stream, 'start').pipe(toArray()),
      )
      const chunks = news.map((one) => (one.kind === 'chunk' ? Buffer.from(one.bytes).toString() : one.kind))
      assert.equal(chunks.join(''), said)
    }
  })
})
