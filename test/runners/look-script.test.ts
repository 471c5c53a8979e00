import assert from 'node:assert/strict'
import { mkdir, rm, truncate, writeFile } from 'node:fs/promises'
import { after, before, describe, it } from 'mocha'
import { tag, type Tag } from '../../src/core/ids.ts'
import { local } from '../../src/runners/local.ts'
import { lookScript } from '../../src/runners/look-script.ts'
import type { LogRange } from '../../src/runners/runner.ts'
import { command, eventually, openJobHost, script, submission, type JobHost } from './job-host.ts'

describe('a look', () => {
  let host: JobHost
  before(async () => {
    host = await openJobHost()
  })
  after(() => host.close())

  const range = async (job: Tag, offset: number, limit = 1000, more: Partial<LogRange> = {}) => {
    const ranges: readonly LogRange[] = [
      { tag: job, incarnation: 1, stream: 'stdout', offset, limit, ...more },
    ]
    const { logs } = await host.runner.look({ jobs: [], doubtful: new Set(), ranges }, {})
    return logs[0] ?? assert.fail('no answer')
  }
  const bytesAt = async (job: Tag, offset: number, limit?: number) => {
    const answer = await range(job, offset, limit)
    assert.ok(answer.kind === 'chunk', JSON.stringify(answer))
    return { ...answer, bytes: Buffer.from(answer.bytes) }
  }

  it('says of what is written around a job that there is none', async () => {
    const job = await host.submit(command(['true']))
    const answer = await range(job, 0, 10, { stream: 'job_stderr' })
    assert.equal(answer.kind === 'unavailable' && answer.why, 'unsupported')
  })

  it('gives ranges of any bytes, from the start, an offset or the end', async () => {
    const all = Buffer.from(Array.from({ length: 512 }, (_, place) => place % 256))
    const job = await host.submit(command(['true']))
    await host.until(job, 'ended')
    await writeFile(host.path(job, 'run.1/stdout'), all)
    const joined: Buffer[] = []
    for (let at = 0; at < all.length; at += 100) joined.push((await bytesAt(job, at, 100)).bytes)
    assert.deepEqual(Buffer.concat(joined), all)
    const last = await bytesAt(job, -10)
    assert.equal(last.offset, 502)
    assert.deepEqual(last.bytes, all.subarray(502))
    assert.equal((await bytesAt(job, -10_000, 5)).offset, 0)
    const beyond = await bytesAt(job, 512)
    assert.deepEqual([beyond.bytes.length, beyond.size], [0, 512])
  })

  it('shows by its size that a log was truncated', async () => {
    const job = await host.submit(script('echo a long line of text'))
    await host.until(job, 'ended')
    await truncate(host.path(job, 'run.1/stdout'), 3)
    const answer = await bytesAt(job, 10)
    assert.deepEqual([answer.bytes.length, answer.size], [0, 3])
  })

  it('says why a log cannot be had', async () => {
    const why = async (job: Tag, incarnation = 1) => {
      const answer = await range(job, 0, 10, { incarnation })
      return answer.kind === 'unavailable' ? answer.why : answer.kind
    }
    const job = await host.submit(command(['true']))
    await host.until(job, 'ended')
    assert.equal(await why(job, 2), 'not-started')
    await rm(host.path(job, 'run.1/stdout'))
    assert.equal(await why(job), 'gone')
    await host.runner.clean([job], {})
    assert.equal(await why(job), 'gone')
  })

  it('tells what happened by the spool alone, until it is settled', async () => {
    const job = await host.submit(command(['true']))
    await host.until(job, 'ended')
    const ask = async () =>
      (await host.runner.look({ jobs: [job], doubtful: new Set(), ranges: [] }, {})).reports.get(job)
    // The event comes after the exit file, so a look may see the end before it.
    await eventually(async () => assert.equal((await ask())?.kind, 'ended'))
    assert.equal((await ask())?.kind, 'ended')
    await host.runner.settle([job], {})
    await eventually(async () => {
      const report = await ask()
      if (report?.kind !== 'quiet') await host.runner.settle([job], {})
      assert.equal(report?.kind, 'quiet')
    })
    assert.equal((await host.look(job)).kind, 'ended')
  })

  it('has one shared report for all jobs of which there is nothing new, and does not name them', async () => {
    const jobs = Array.from({ length: 10_000 }, (_, place) => tag(`jq${place}`))
    const { reports } = await host.runner.look({ jobs, doubtful: new Set(), ranges: [] }, {})
    assert.equal(reports.size, jobs.length)
    assert.equal(new Set(reports.values()).size, 1)
    assert.equal(Object.isFrozen(reports.get(tag('jq1'))), true)
    const scheduler = { kind: 'x', cannot: [], identity: '', submit: () => '', gone: 'true' }
    const text = lookScript('/root', 'nonce', scheduler, { doubtful: [], ranges: [] })
    assert.ok(!text.includes('jq'))
  })

  it('is not put off by strange entries of the spool or by a damaged folder', async () => {
    const job = await host.submit(command(['true']))
    await host.until(job, 'ended')
    const spool = `${host.folder}/work/w/spool`
    for (const name of ['$(id).1.end', "it's.1.start", '...end', 'jnone.1.end', '-rf.1.end'])
      await writeFile(`${spool}/${name}`, '')
    const bad = tag('jbad')
    await mkdir(host.path(bad, 'claim.1'), { recursive: true })
    const doubtful = new Set([bad, job])
    const { reports } = await host.runner.look({ jobs: [bad, job], doubtful, ranges: [] }, {})
    assert.deepEqual([reports.get(bad)?.kind, reports.get(job)?.kind], ['unclear', 'ended'])
  })

  it('rejects when the machine does not answer as a shell does, and gives no reports', async () => {
    const transport = {
      ...host.context.transport,
      run: async () => ({ code: 0, stdout: Buffer.from('busy'), stderr: Buffer.from('') }),
    }
    const runner = local().open({ ...host.context, transport })
    await assert.rejects(runner.look({ jobs: [tag('jx')], doubtful: new Set(), ranges: [] }, {}), {
      code: 'transport-failed',
      message: /busy/,
    })
    await runner.close()
  })

  it('wakes whoever watches when something happened', async () => {
    let woken = 0
    const workFolder = `${host.folder}/fresh`
    const runner = local().open({ ...host.context, workFolder, wake: () => woken++ })
    const look = () => runner.look({ jobs: [], doubtful: new Set(), ranges: [] }, {})
    await look() // there is no spool yet
    const other = local().open({ ...host.context, workFolder })
    await other.submit(
      [submission(tag('jwake'), script(`until [ -e '${host.folder}/go' ]; do sleep 0.02; done`))],
      {},
    )
    await look()
    await writeFile(`${host.folder}/go`, '')
    await eventually(async () => assert.ok(woken > 0, 'nobody woke it'))
    await other.cancel([tag('jwake')], {})
    await other.close()
    await runner.close()
    await runner.close()
  })
})
