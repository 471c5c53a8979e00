import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { Observable } from 'rxjs'
import { listen } from '../../src/cli/listen.ts'
import { jobList } from '../../src/web/contract.ts'
import type { LogNews } from '../../src/monitor/job-monitor.ts'
import { stateFolder } from '../../src/workspace/state-folder.ts'
import type { WorkspaceView } from '../../src/workspace/workspace.ts'
import { bench, until } from '../workspace/bench.ts'
import { desk, keyOf, running, sampleJob, seed, succeeded, token } from './desk.ts'

const headers = { authorization: `Bearer ${token}` }

/** A log without an end, of pieces of 64 KiB, that counts what was read of it and by how many. */
function endless(view: WorkspaceView) {
  const seen = { readers: 0, pieces: 0 }
  const log$: WorkspaceView['log$'] = (_key, stream, _from, { room } = {}) =>
    new Observable<LogNews>((subscriber) => {
      seen.readers++
      const piece = new Uint8Array(65_536)
      const pump = async () => {
        for (let offset = 0; !subscriber.closed; offset += piece.length) {
          seen.pieces++
          subscriber.next({ kind: 'chunk', stream, offset, bytes: piece })
          await room?.()
        }
      }
      void pump()
      return () => seen.readers--
    })
  return { seen, view: { ...view, log$ } }
}

async function served() {
  const on = await bench()
  await seed(on.folder, [sampleJob('a', running(5)), sampleJob('b', succeeded(1, 2))])
  const { seen, view } = endless(await on.read())
  const { page } = desk(view)
  const server = await listen(page.fetch, { host: '127.0.0.1', port: 0 })
  return { on, seen, page, server, url: `http://127.0.0.1:${server.port}` }
}

describe('over a real socket', () => {
  it('a client that does not read makes the log wait, and one that goes ends its reading (L4)', async () => {
    const { seen, server } = await served()
    const socket = connect(server.port, '127.0.0.1')
    socket.pause()
    const path = `/api/jobs/${keyOf('a')}/logs/stdout/live`
    socket.write(`GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${token}\r\n\r\n`)
    let still = 0
    let before = 0
    await until('the log waits for its reader', async () => {
      still = seen.pieces > 0 && seen.pieces === before ? still + 1 : 0
      before = seen.pieces
      return still > 5
    })
    assert.ok(seen.pieces * 65_536 < 64 * 2 ** 20, `${seen.pieces} pieces were read for nobody`)
    assert.equal(seen.readers, 1)
    socket.destroy()
    await until('its reading ends', async () => seen.readers === 0)
    await server.close()
  }).timeout(60_000)

  it('answers, and ends its streams when it is closed', async () => {
    const { page, server, url, seen } = await served()
    const { jobs } = jobList.parse(await (await fetch(`${url}/api/jobs`, { headers })).json())
    assert.equal(jobs.length, 2)
    const live = await fetch(`${url}/api/jobs/${keyOf('a')}/logs/stdout/live`, { headers })
    const changes = await fetch(`${url}/api/changes`, { headers })
    const read = Promise.all([live, changes].map((one) => one.text().catch(() => '')))
    await until('somebody reads', async () => seen.readers === 1)
    await page.close()
    await read
    await until('nobody reads', async () => seen.readers === 0)
    await server.close()
  }).timeout(60_000)

  it('gives ranges and lengths as they are', async () => {
    const { on, server, url } = await served()
    const { tag } = sampleJob('b', succeeded(1, 2))
    await writeFile(join(stateFolder(on.folder).logs, `${tag}.1.stdout`), '0123456789')
    const path = `${url}/api/jobs/${keyOf('b')}/logs/stdout`
    const part = await fetch(path, { headers: { ...headers, range: 'bytes=3-5' } })
    assert.deepEqual([part.status, part.headers.get('content-length'), await part.text()], [206, '3', '345'])
    const head = await fetch(path, { method: 'HEAD', headers })
    assert.deepEqual([head.status, head.headers.get('content-length')], [200, '10'])
    await server.close()
  }).timeout(60_000)

  it('says of what there is how much, by state and destination, and of no single job', async () => {
    const { server, url } = await served()
    const text = await (await fetch(`${url}/metrics`, { headers })).text()
    assert.match(text, /^# TYPE abeyance_jobs gauge$/m)
    assert.match(text, /^abeyance_jobs\{state="running"\} 1$/m)
    assert.match(text, /^abeyance_jobs_open\{destination="local"\} 1$/m)
    assert.match(text, /^abeyance_destination_answers\{destination="local"\} 1$/m)
    assert.equal(text.includes(keyOf('a')), false)
    assert.equal((await fetch(`${url}/metrics`)).status, 401)
    await server.close()
  }).timeout(60_000)
})
