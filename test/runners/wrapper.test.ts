import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { after, before, describe, it } from 'mocha'
import { wrapperText } from '../../src/runners/wrapper.ts'
import type { Tag } from '../../src/core/ids.ts'
import { command, eventually, openJobHost, runs, script, type JobHost } from './job-host.ts'

describe('the wrapper', () => {
  let host: JobHost
  before(async () => {
    host = await openJobHost()
  })
  after(() => host.close())

  const pidOf = async (job: Tag) => Number((await host.read(job, 'claim.1')).split(',')[3])
  const started = (job: Tag) =>
    eventually(async () => {
      const pid = Number(await host.read(job, 'run.1/stdout'))
      assert.ok(pid > 0, 'no pid was written yet')
      return pid
    })
  const again = async (job: Tag, identity = 'native=stranger') => {
    await writeFile(host.path(job, 'again'), wrapperText(identity))
    const child = spawn('/bin/sh', [host.path(job, 'again'), host.path(job)], { stdio: 'ignore' })
    return Number((await once(child, 'exit'))[0])
  }

  it('that is killed while its command runs ends nothing before the command is gone, then is said to be killed', async () => {
    const job = await host.submit(script('echo $$; exec sleep 600'))
    const pid = await started(job)
    process.kill(await pidOf(job), 'SIGKILL')
    const report = await host.until(job, 'running')
    assert.match(report.kind === 'running' ? report.evidence : '', /claimed by wrapper/)
    await eventually(async () => {
      const orphan = await host.look(job)
      assert.match(
        orphan.kind === 'running' ? orphan.evidence : '',
        /its wrapper is gone, its processes live/,
      )
    })
    process.kill(pid, 'SIGKILL')
    const end = await host.until(job, 'vanished')
    assert.ok(end.kind === 'vanished' && end.reason === 'wrapper-killed' && end.incarnation === 1)
    const repeated = await host.submit(script('echo $$'), job)
    assert.equal(repeated, job)
    assert.equal((await host.look(job)).kind, 'vanished')
  })

  it('that is killed can still be cancelled, its command with it', async () => {
    const job = await host.submit(script('trap "" TERM; echo $$; while :; do sleep 0.1; done'))
    const pid = await started(job)
    process.kill(await pidOf(job), 'SIGKILL')
    assert.equal((await host.runner.cancel([job], {})).get(job)?.kind, 'stopped')
    assert.equal(await runs(pid), false)
  })

  it('hands TERM on to its command and writes how that ended', async () => {
    const job = await host.submit(script('trap "exit 9" TERM; echo $$; while :; do sleep 0.05; done'))
    await started(job)
    process.kill(await pidOf(job), 'SIGTERM')
    const report = await host.until(job, 'ended')
    assert.ok(report.kind === 'ended')
    assert.deepEqual(report.exit, { kind: 'code', code: 9 })
  })

  it('hands a warning of a limit on to its command and waits on, whatever that makes of it', async () => {
    const signals = ['USR1', 'USR2', 'XCPU'] as const
    const traps = signals.map((signal) => `trap 'echo >${signal}' ${signal}`).join('\n')
    const heed = await host.submit(
      script(
        `${traps}\necho $$; while [ ! -e USR1 ] || [ ! -e USR2 ] || [ ! -e XCPU ]; do sleep 0.05 || :; done; exit 3`,
      ),
    )
    await started(heed)
    for (const signal of signals) process.kill(await pidOf(heed), `SIG${signal}`)
    const heeded = await host.until(heed, 'ended')
    assert.ok(heeded.kind === 'ended')
    assert.deepEqual(heeded.exit, { kind: 'code', code: 3 })
    const deaf = await host.submit(script('echo $$; exec sleep 600'))
    await started(deaf)
    process.kill(await pidOf(deaf), 'SIGUSR1')
    const report = await host.until(deaf, 'ended')
    assert.ok(report.kind === 'ended')
    assert.deepEqual(report.exit, { kind: 'signal', signal: 'SIGUSR1' })
  })

  it('that comes second notes itself as a duplicate and runs nothing', async () => {
    const job = await host.submit(script('echo ran'))
    await host.until(job, 'ended')
    assert.equal(await again(job), 0)
    const files = await host.files(job)
    assert.equal(files.filter((name) => name.startsWith('duplicate.')).length, 1)
    assert.ok(!files.includes('claim.2') && !files.includes('run.2'))
  })

  it('of a job that its scheduler started again takes the next incarnation, in a fresh folder', async () => {
    const job = await host.submit(command(['sh', '-c', 'ls; touch here; exit 3']))
    await host.until(job, 'ended')
    const native = (await host.read(job, 'claim.1')).split(',')[0] ?? ''
    assert.equal(await again(job, `native=${native} restart=1`), 0)
    const report = await host.until(job, 'ended')
    assert.ok(report.kind === 'ended' && report.incarnation === 2)
    assert.equal(await host.read(job, 'run.2/stdout'), '')
    assert.equal(await again(job, `native=${native} restart=1`), 0)
    assert.ok(!(await host.files(job)).includes('claim.3'))
  })

  it('that is started again though it ended with 0 goes on where it had been told to go', async () => {
    const job = await host.submit(command(['sh', '-c', 'ls']))
    await host.until(job, 'ended')
    await writeFile(host.path(job, 'run.1/passed'), '')
    const native = (await host.read(job, 'claim.1')).split(',')[0] ?? ''
    assert.equal(await again(job, `native=${native} restart=1`), 0)
    const report = await host.until(job, 'ended')
    assert.ok(report.kind === 'ended' && report.incarnation === 2, JSON.stringify(report))
  })

  it('that is started again after it did its work does nothing', async () => {
    const job = await host.submit(command(['true']))
    await host.until(job, 'ended')
    const native = (await host.read(job, 'claim.1')).split(',')[0] ?? ''
    assert.equal(await again(job, `native=${native} restart=1`), 0)
    assert.ok(!(await host.files(job)).includes('claim.2'))
  })

  it('that starts after a cancel runs nothing, also when its scheduler starts it again', async () => {
    const job = await host.submit(script('echo $$; exec sleep 600'))
    await started(job)
    const native = (await host.read(job, 'claim.1')).split(',')[0] ?? ''
    await host.runner.cancel([job], {})
    assert.equal(await again(job, `native=${native} restart=1`), 0)
    assert.ok(!(await host.files(job)).includes('run.2'))
    const report = await host.look(job)
    assert.ok(report.kind === 'ended' && report.incarnation === 1)
  })

  it('that claimed on an earlier boot of the machine is a failure of the node', async () => {
    const job = await host.submit(script('echo $$; exec sleep 600'))
    await started(job)
    const claim = (await host.read(job, 'claim.1')).split(',')
    await host.runner.cancel([job], {})
    execFileSync('rm', [host.path(job, 'run.1/exit')])
    await writeFile(host.path(job, 'claim.1'), claim.with(5, 'another-boot').join(','))
    const report = await host.look(job)
    assert.ok(report.kind === 'vanished' && report.reason === 'node-failure')
  })
})
