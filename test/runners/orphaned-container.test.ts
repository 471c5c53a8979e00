import assert from 'node:assert/strict'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import { command, eventually, openJobHost, runs, type JobHost } from './job-host.ts'

/** Like an engine with a daemon: what it runs is no child of whoever asked, and is known by its name. */
const engine = `#!/bin/sh
here=$(dirname "$0")
named() { for word in "$@"; do case $word in --name=*) name=\${word#--name=} ;; esac; done; }
case $1 in
  run)
    named "$@"
    setsid sleep 600 </dev/null >/dev/null 2>&1 &
    echo "$!" >"$here/$name"
    wait ;;
  ps)
    [ ! -e "$here/broken" ] || exit 1
    for word in "$@"; do case $word in name=*) name=\${word#name=^} ;; esac; done
    name=\${name%\\$}
    if [ -e "$here/$name" ] && kill -0 "$(cat "$here/$name")" 2>/dev/null; then cat "$here/$name"; fi ;;
  rm)
    [ -e "$here/$3" ] || exit 1
    kill -KILL "$(cat "$here/$3")"
    rm -f "$here/$3" ;;
esac
`

describe('a container that outlives its wrapper', () => {
  let host: JobHost
  let tools: string
  before(async () => {
    host = await openJobHost()
    tools = await mkdtemp(join(tmpdir(), 'abeyance-engine-'))
    await writeFile(join(tools, 'engine'), engine)
    await chmod(join(tools, 'engine'), 0o755)
  })
  after(async () => {
    await host.close()
    await rm(tools, { recursive: true })
  })

  it('is named after attempt and incarnation, keeps the job running, and is removed by a cancel', async () => {
    const job = await host.submit({
      ...command(['sleep', '600']),
      container: 'tools:1',
      runtime: { name: 'docker', program: join(tools, 'engine') },
    })
    const pid = await eventually(async () => {
      const text = await readFile(join(tools, `abeyance-${job}-1`), 'utf8')
      assert.match(text, /^\d+\n$/)
      return Number(text)
    })
    const [, , , wrapper] = (await host.read(job, 'claim.1')).split(',')
    const [group] = (await host.read(job, 'run.1/group')).split(',')
    process.kill(Number(wrapper), 'SIGKILL')
    process.kill(-Number(group), 'SIGKILL')
    const orphan = await eventually(async () => {
      const report = await host.look(job)
      assert.ok(
        report.kind === 'running' && /its wrapper is gone, its processes live/.test(report.evidence),
        JSON.stringify(report),
      )
      return report
    })
    assert.equal(orphan.kind, 'running')
    await writeFile(join(tools, 'broken'), '')
    const unheard = await host.look(job)
    assert.match(unheard.kind === 'running' ? unheard.evidence : '', /not known whether its processes live/)
    await rm(join(tools, 'broken'))
    assert.equal((await host.runner.cancel([job], {})).get(job)?.kind, 'stopped')
    assert.equal(await runs(pid), false)
    assert.equal((await host.look(job)).kind, 'vanished')
  })
})
