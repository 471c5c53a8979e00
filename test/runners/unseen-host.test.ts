import assert from 'node:assert/strict'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { after, before, describe, it } from 'mocha'
import { tag, type Tag } from '../../src/core/ids.ts'
import type { KnownJob } from '../../src/runners/runner.ts'
import { eventually, openJobHost, script, submission, type JobHost } from './job-host.ts'

describe('a job that another container began', () => {
  let host: JobHost
  before(async () => {
    host = await openJobHost()
  })
  after(() => host.close())

  /** Rewrites where something was noted to run, as if it had been there. */
  const note = async (path: string, change: (name: string, boot: string) => readonly [string, string]) => {
    const fields = (await readFile(path, 'utf8')).split(',')
    const at = fields.findIndex((field) => field.includes('/') || /^[0-9a-f-]{36}$/.test(field))
    const bootAt = at + 3
    const [name = ''] = (fields[at] ?? '').split('/')
    const [where, boot] = change(name, (fields[bootAt] ?? '').trim())
    const line = fields.with(at, where).with(bootAt, boot).join(',')
    await writeFile(path, line.endsWith('\n') ? line : `${line}\n`)
  }
  const container = (name: string, boot: string) => [`${name}/1`, boot] as const
  const rebooted = (name: string) => [`${name}/1`, 'earlier'] as const

  const begin = async () => {
    const job = await host.submit(script('exec sleep 600'))
    const report = await eventually(async () => {
      const found = await host.look(job)
      assert.ok(found.kind === 'running' && found.processes !== undefined, 'it does not run yet')
      return found
    })
    const claim = host.path(job, 'claim.1')
    return { job, report, claim, was: await readFile(claim, 'utf8') }
  }

  it('runs unseen while its machine was not started anew, and cannot be stopped from here', async () => {
    const { job, claim, was } = await begin()
    await note(claim, container)
    const report = await host.look(job)
    assert.ok(report.kind === 'running' && report.unseen && !report.bereft, JSON.stringify(report))
    assert.match(report.evidence, /^claimed by wrapper \d+ on [^/]+; its processes cannot be seen from here$/)
    await writeFile(claim, was)
    assert.equal((await host.runner.cancel([job], {})).get(job)?.kind, 'stopped')
  })

  it('is dead when its machine was started anew since, but not when another machine was', async () => {
    const { job, claim, was } = await begin()
    await note(claim, rebooted)
    const report = await host.look(job)
    assert.equal(report.kind === 'vanished' && report.reason, 'node-failure')
    await writeFile(claim, was)
    await note(claim, () => ['elsewhere/1', 'earlier'])
    const elsewhere = await host.look(job)
    assert.ok(elsewhere.kind === 'running' && elsewhere.unseen)
    await writeFile(claim, was)
    await host.runner.cancel([job], {})
  })

  it('is judged so by what an earlier look told, where its folder was removed', async () => {
    const { job, report } = await begin()
    const { nativeId, incarnation, startedAt, processes = '' } = report
    const look = async (...where: readonly [string, string]) => {
      const lost = tag('jlost')
      const told = [...where, ...processes.split(',').slice(2)].join(',')
      const known: KnownJob = { nativeId, incarnation, startedAt, processes: told }
      const question = {
        jobs: [lost],
        doubtful: new Set([lost]),
        ranges: [],
        known: new Map([[lost, known]]),
      }
      return (await host.runner.look(question, {})).reports.get(lost)
    }
    const [name = '', boot = ''] = processes.split(',').map((field) => field.split('/')[0])
    const unseen = await look(`${name}/1`, boot)
    assert.ok(unseen?.kind === 'running' && unseen.unseen && unseen.bereft, JSON.stringify(unseen))
    assert.equal((await look(`${name}/1`, 'earlier'))?.kind, 'absent')
    const lives = await look(processes.split(',')[0] ?? '', boot)
    assert.ok(lives?.kind === 'running' && lives.bereft && !lives.unseen)
    await host.runner.cancel([job], {})
  })

  it('is submitted by this one where the submitter’s machine was started anew, and is in doubt where it was not', async () => {
    const leave = async (job: Tag, where: string, boot: string) => {
      await mkdir(host.path(job), { recursive: true })
      await writeFile(host.path(job, 'submitting.1'), `${where},12,34,${boot}\n`)
      return (await host.runner.submit([submission(job, script('true'))], {})).get(job)?.kind
    }
    const { job, report } = await begin()
    await host.runner.cancel([job], {})
    const [name = '', boot = ''] = (report.processes ?? '').split(',').map((field) => field.split('/')[0])
    assert.equal(await leave(tag('jdoubt'), `${name}/1`, boot), 'doubt')
    const doubtful = await host.look(tag('jdoubt'))
    assert.equal(doubtful.kind === 'absent' && doubtful.submitter, 'unknown')
    assert.equal(await leave(tag('janew'), `${name}/1`, 'earlier'), 'accepted')
    await host.until(tag('janew'), 'ended')
  })
})
