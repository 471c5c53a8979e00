import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { firstValueFrom, take, toArray } from 'rxjs'
import { modulePath } from '../../src/core/ids.ts'
import type { LogNews } from '../../src/monitor/job-monitor.ts'
import { lockWorkspace } from '../../src/workspace/lock.ts'
import { bench, begun, doc, held, until, type Bench } from './bench.ts'

const held1 = (on: Bench) => doc(`name: p\nmodules:\n  one:\n    ${held(on, 'one')}\n`)

const isAsk = (name: string) => name.endsWith('.json')

describe('reading beside a driver', () => {
  it('needs a workspace', async () => {
    const on = await bench()
    await assert.rejects(on.read(), { code: 'missing-file', message: /there is no workspace yet in / })
  })

  it('sees what changes, follows a log that is being written, and asks for a cancel through the inbox', async () => {
    const on = await bench()
    const workspace = await on.open()
    const text = `echo first; while [ ! -e ${on.base}/go ]; do sleep 0.02; done; echo last; exec sleep 60`
    const run = await workspace.start(
      await doc(`name: p\nmodules:\n  one: { command: [sh, -c, '${text}'] }\n`),
    )
    const view = await on.read()
    assert.deepEqual(
      (await view.runs()).map(({ id }) => id),
      [run.id],
    )
    await until('the job is seen', async () => (await view.jobs())[0]?.state.kind === 'running')
    const [job] = await view.jobs()
    assert.ok(job)
    let log = ''
    const whole = new Promise<void>((resolve, reject) =>
      view.log$(job.key, 'stdout', 'start').subscribe({
        next: (news: LogNews) => void (news.kind === 'chunk' && (log += Buffer.from(news.bytes).toString())),
        error: reject,
        complete: resolve,
      }),
    )
    await until('the log begins', async () => log === 'first\n')
    await on.write('go', '')
    await until('the log goes on', async () => log === 'first\nlast\n')
    assert.deepEqual(await view.neededBy(job.key), [run.id])
    assert.deepEqual(await view.cancelJob(job.key), { kind: 'needed', by: [run.id] })
    await view.cancelRun(run.id, { by: 'beside' })
    const end = await run.ended()
    assert.deepEqual([end.kind, 'by' in end && end.by], ['cancelled', 'beside'])
    await until('it is seen to have ended', async () => (await view.jobs())[0]?.state.kind === 'cancelled')
    await whole
    assert.equal(log, 'first\nlast\n')
    assert.equal((await view.history(job.key)).at(-1)?.to, 'cancelled')
    await assert.rejects(
      view.discardJob(job.key).then(() => view.discardJob(job.key)),
      { code: 'unknown-job' },
    )
  })

  it('reads as much of a log as workspace and module are set to, as the driver does (L2, S5)', async () => {
    const on = await bench({ logs: { tail: '5 B' } })
    const workspace = await on.open()
    const run = async (logs: string) => {
      const text = `name: p\nmodules:\n  one: { command: [printf, 'first\\nlast\\n'], logs: ${logs} }\n`
      await (await workspace.start(await doc(text))).ended()
      return workspace.jobs()
    }
    const [job] = await run('{ chunk: 2 B }')
    assert.ok(job)
    for (const reader of [workspace, await on.read()]) {
      const news: LogNews[] = await firstValueFrom(reader.log$(job.key, 'stdout').pipe(take(2), toArray()))
      assert.deepEqual(news, [
        { kind: 'skipped', stream: 'stdout', offset: 0, length: 6 },
        { kind: 'chunk', stream: 'stdout', offset: 6, bytes: Uint8Array.from(Buffer.from('la')) },
      ])
    }
    assert.deepEqual(await run('{ chunk: 3 B }'), [job])
  })

  it('takes the lock itself for a cancel where nobody drives, leaves nothing running, and starts nothing', async () => {
    const on = await bench()
    const workspace = await on.open()
    const run = await workspace.start(await held1(on))
    const other = await workspace.start(
      await doc(`name: q
modules:
  two: { type: file, inputs: { path: '${on.base}/drop' } }
  three: { command: [sh, -c, 'echo x >> ${on.base}/three.ran', $in], inputs: { in: $two.file } }
`),
    )
    await begun(on, 'one')
    await workspace.close()
    await on.write('drop', '')
    const view = await on.read()
    await view.cancelRun(run.id)
    assert.deepEqual(
      (await view.jobs()).map(({ state }) => state.kind),
      ['cancelled'],
    )
    assert.equal((await view.runs()).find(({ id }) => id === run.id)?.state, 'cancelled')
    assert.deepEqual(await on.lines('three.ran'), [])
    const end = await (await (await on.open()).run(other.id))?.ended()
    assert.deepEqual([end?.kind, await on.lines('three.ran')], ['done', ['x']])
  })

  it('takes the place of a driver that closed before it answered, and serves what all have asked', async () => {
    const on = await bench()
    const names = ['a', 'b', 'c']
    const asking = (name: string) => `  ${name}: { type: approval, parameters: { message: 'Go?' } }\n`
    const workspace = await on.open()
    const run = await workspace.start(await doc(`name: p\nmodules:\n${names.map(asking).join('')}`))
    await run.resting()
    await workspace.close()
    const lock = await lockWorkspace(join(on.folder, '.abeyance/records'))
    const view = await on.read()
    const answers = Promise.all(
      names.map((name) => view.answer(run.id, modulePath(name), { kind: 'approve' }, { by: 'ada' })),
    )
    const asks = async () => (await readdir(join(on.folder, '.abeyance/inbox'))).filter(isAsk)
    await until('all have asked', async () => (await asks()).length === names.length)
    await lock.release()
    assert.deepEqual(
      (await answers).map(({ kind }) => kind),
      ['taken', 'taken', 'taken'],
    )
    assert.deepEqual([await view.waits(), await asks()], [[], []])
    await (await on.open()).close() // nobody holds it any more
  })

  it('has a retry asked of the driver go on there', async () => {
    const on = await bench()
    const workspace = await on.open()
    const run = await workspace.start(
      await doc(`name: p\nmodules:\n  one: { command: [sh, -c, 'test -e ${on.base}/ok'] }\n`),
    )
    assert.equal((await run.ended()).kind, 'failed')
    await on.write('ok', '')
    const view = await on.read()
    const [job] = await view.jobs()
    assert.ok(job)
    assert.equal((await view.retryJob(job.key)).kind, 'requested')
    assert.equal((await run.ended()).kind, 'done')
  })
})
