import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { chmod, mkdir, readFile, readdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { jobFiles } from '../../../src/runners/job-files.ts'
import type { JobSpec } from '../../../src/runners/job-spec.ts'
import { listingText, readListing } from '../../../src/runners/pulsar/listing.ts'
import { watching } from '../../../src/runners/pulsar/watching.ts'
import { wrapperText } from '../../../src/runners/wrapper.ts'
import { eventually } from '../../../src/testing/eventually.ts'
import { trial } from '../../../src/testing/trial-job.ts'
import { onEndpoint, type OnEndpoint } from '../../testing/on-endpoint.ts'

const outputs: JobSpec['outputs'] = {
  out: { kind: 'file', path: 'out', optional: false },
  d: { kind: 'folder', path: 'd' },
}
const tools =
  'awk basename cat cmp cp cut date dd env find grep head hostname id ln ls mkdir mv od printf ps rm sed seq setsid sh sha256sum sleep sort stat tail tr true uname wc'

/** A machine that has one thing to post with, and notes with what words it was called. */
async function machineWith(on: OnEndpoint, program: string | undefined) {
  const bin = join(on.folder, 'bin')
  await mkdir(bin)
  for (const tool of tools.split(' '))
    for (const place of ['/usr/bin', '/bin'])
      await symlink(join(place, tool), join(bin, tool)).catch(() => {})
  if (program !== undefined) {
    await writeFile(
      join(bin, program),
      `#!/bin/sh\necho "$@" >>${on.folder}/called\nexec /usr/bin/${program} "$@"\n`,
    )
    await chmod(join(bin, program), 0o755)
  }
  return bin
}

async function attempt(on: OnEndpoint, script: string) {
  const home = join(on.folder, 'host', on.tag)
  await mkdir(join(home, 'job'), { recursive: true })
  const files = {
    ...jobFiles({ tag: on.tag, name: 'x', attempt: 1, spec: trial(script, { outputs }) }, []),
    wrapper: wrapperText('  native=1 restart=0', watching),
    listing: listingText(outputs),
    out: 'x',
    post: await on.endpoint.address(on.tag),
  }
  for (const [name, text] of Object.entries(files)) await writeFile(join(home, 'job', name), `${text}\n`)
  return home
}

function start(home: string, bin: string) {
  const child = spawn('/bin/sh', [join(home, 'job/wrapper'), home], {
    env: { PATH: bin, ABEYANCE_METADATA: join(home, '..') },
    stdio: 'ignore',
  })
  return { child, over: once(child, 'close') }
}

describe('what the wrapper brings by itself', function () {
  this.timeout(60_000)
  let on: OnEndpoint
  beforeEach(async () => (on = await onEndpoint()))
  afterEach(() => on.close())
  const read = async (within: string) =>
    Buffer.from((await on.endpoint.read(`${on.tag}/${within}`)) ?? []).toString()
  const left = (home: string) => readdir(join(home, 'run.1/out')).catch(() => [])
  const job = `i=0; while [ $i -lt 30000 ]; do echo "line $i ü"; i=$((i+1)); done; echo err >&2
    echo made > out; mkdir d; echo made > d/same; seq 100000 > 'd/a b'`
  const printed = Array.from({ length: 30_000 }, (_, i) => `line ${i} ü\n`).join('')

  for (const program of ['curl', 'wget', 'python3'])
    it(`is all of a job, by ${program}, the exit last, and nothing secret in a command line`, async () => {
      const home = await attempt(on, job)
      await start(home, await machineWith(on, program)).over
      assert.equal(on.heard.at(-1), `${on.tag}/run.1/exit`)
      assert.equal(await read('run.1/exit'), await readFile(join(home, 'run.1/exit'), 'utf8'))
      assert.match(await read('run.1/exit'), /^v1,0,/)
      assert.equal(await read('claim.1'), await readFile(join(home, 'claim.1'), 'utf8'))
      const listed = readListing(Buffer.from(await read('run.1/listing'))) ?? []
      assert.deepEqual(listed.map(({ path }) => path).toSorted(), ['d', 'd/a b', 'd/same', 'out'])
      for (const { digest, kind } of listed) {
        if (kind !== 'file' || digest === undefined) continue
        const bytes = await on.endpoint.read(`${on.tag}/run.1/out/${digest}`)
        assert.equal(
          createHash('sha256')
            .update(bytes ?? '')
            .digest('hex'),
          digest,
        )
      }
      assert.deepEqual(await left(home), [])
      assert.equal(await read('run.1/stdout'), printed)
      assert.equal(await read('run.1/stderr'), 'err\n')
      const called = await readFile(join(on.folder, 'called'), 'utf8')
      assert.ok(called.split('\n').length > 5)
      assert.equal(/key=|until=|127\.0\.0\.1/.test(called), false)
    })

  it('is posted again where it was not taken, until it is, and the rest with it', async () => {
    const refused = new Set<string>()
    on.answerFirst((request) => {
      const path = new URL(request.url).searchParams.get('path') ?? ''
      if (!/\/(out|claim|exit)/.test(path) || refused.has(path)) return undefined
      refused.add(path)
      return new Response(null, { status: refused.size % 2 === 0 ? 500 : 503 })
    })
    const home = await attempt(on, job)
    await start(home, await machineWith(on, 'curl')).over
    assert.ok(refused.size >= 4)
    assert.deepEqual(await left(home), [])
    assert.match(await read('run.1/exit'), /^v1,0,/)
  })

  it('is given up where it is refused for good, and the rest comes', async () => {
    on.answerFirst((request) =>
      request.url.includes('%2Fout%2F') || request.url.includes('/out/')
        ? new Response(null, { status: 403 })
        : undefined,
    )
    const home = await attempt(on, job)
    await start(home, await machineWith(on, 'curl')).over
    assert.equal((await left(home)).length, 2)
    assert.match(await read('run.1/exit'), /^v1,0,/)
  })

  it('is left to the server where there is nothing to post with', async () => {
    const home = await attempt(on, job)
    await start(home, await machineWith(on, undefined)).over
    assert.deepEqual(on.heard, [])
    assert.equal((await left(home)).length, 4) // two outputs by content, and both streams
    assert.match(await readFile(join(home, 'run.1/exit'), 'utf8'), /^v1,0,/)
  })

  it('comes while the job runs, and takes the word back that it is to stop', async () => {
    const home = await attempt(on, 'echo begins; sleep 600')
    const { child, over } = start(home, await machineWith(on, 'curl'))
    try {
      await eventually('its first words', 20_000, async () => (await read('run.1/stdout')) || undefined)
      assert.equal(await read('run.1/live/stdout'), '0\n')
      await on.endpoint.stop(on.tag)
      await over
      assert.match(await read('run.1/exit'), /^v1,143,TERM,/)
    } finally {
      child.kill('SIGKILL')
    }
  })
})
