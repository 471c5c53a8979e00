import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { after, before, describe, it } from 'mocha'
import { tag } from '../../src/core/ids.ts'
import { command, eventually, openJobHost, script, type JobHost } from './job-host.ts'

describe('cleaning', () => {
  let host: JobHost
  before(async () => {
    host = await openJobHost()
  })
  after(() => host.close())

  it('removes folders and spool entries of jobs that are over, and minds none that is gone', async () => {
    const job = await host.submit(command(['true']))
    await host.until(job, 'ended')
    await host.runner.clean([job, tag('jnever')], {})
    await host.runner.clean([job], {})
    await assert.rejects(host.files(job), { code: 'ENOENT' })
    await eventually(async () => {
      await host.runner.clean([job], {})
      assert.deepEqual(await readdir(`${host.folder}/work/w/spool`), [])
    })
    assert.deepEqual(await readdir(`${host.folder}/work/w`), ['spool'])
  })

  it('leaves what something runs of, names it, and says what removing the others freed', async () => {
    const over = await host.submit(command(['true']))
    await host.until(over, 'ended')
    const job = await host.submit(script('echo $$; exec sleep 600'))
    await eventually(async () => assert.notEqual(await host.read(job, 'run.1/stdout'), ''))
    const { removed, bytes, left } = await host.runner.clean([job, over, tag('jnever')], {})
    assert.deepEqual({ removed, left }, { removed: [over], left: [job] })
    assert.ok(bytes >= 4096, String(bytes))
    assert.equal((await host.look(job)).kind, 'running')
    await assert.rejects(host.files(over), { code: 'ENOENT' })
  })
})
