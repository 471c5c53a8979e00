import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readdir, stat, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { tag } from '../../../src/core/ids.ts'
import { eventually } from '../../../src/testing/eventually.ts'
import { content, form, onEndpoint, type OnEndpoint } from '../../testing/on-endpoint.ts'

const boundary = 'aBoundary'
const whole = content(Buffer.from('whole'))
const out = `run.1/out/${whole.digest}`

describe('the endpoint for files of jobs', () => {
  let on: OnEndpoint
  beforeEach(async () => (on = await onEndpoint()))
  afterEach(() => on.close())
  const name = (within: string) => `${on.tag}/${within}`
  const post = async (within: string, body: FormData | Uint8Array | string, more: RequestInit = {}) =>
    fetch(await on.at(name(within)), { method: 'POST', body, ...more })
  const read = async (within: string) => {
    const bytes = await on.endpoint.read(name(within))
    return bytes && Buffer.from(bytes).toString()
  }

  const partly = () =>
    eventually('its first byte', 10_000, async () => (await on.endpoint.size(name(out))) || undefined)

  it('gives what was offered, whole, from an offset, a range, the last bytes, and its length alone', async () => {
    const bytes = randomBytes(700_000)
    const path = join(on.folder, 'of the user')
    await writeFile(path, bytes)
    await on.endpoint.offer(on.tag, name('sent.N/0'), { ...content(bytes), from: { path } })
    await on.endpoint.offer(on.tag, name('sent.N/1'), content(Buffer.from('text')))
    const ask = async (range?: string, method = 'GET') => {
      const answer = await fetch(await on.at(name('sent.N/0')), {
        method,
        ...(range && { headers: { range } }),
      })
      return { answer, body: Buffer.from(await answer.arrayBuffer()) }
    }
    const all = await ask()
    assert.equal(all.answer.status, 200)
    assert.equal(all.answer.headers.get('content-length'), '700000')
    assert.ok(all.body.equals(bytes))
    for (const [range, from, to] of [
      ['bytes=100000-', 100_000, 700_000],
      ['bytes=5-9', 5, 10],
      ['bytes=-20', 699_980, 700_000],
      ['bytes=699999-900000', 699_999, 700_000],
    ] as const) {
      const part = await ask(range)
      assert.equal(part.answer.status, 206, range)
      assert.equal(part.answer.headers.get('content-range'), `bytes ${from}-${to - 1}/700000`)
      assert.ok(part.body.equals(bytes.subarray(from, to)), range)
    }
    const beyond = await ask('bytes=700000-')
    assert.equal(beyond.answer.status, 416)
    assert.equal(beyond.answer.headers.get('content-range'), 'bytes */700000')
    for (const odd of ['bytes=0-1,5-6', 'lines=1-2', 'bytes=9-5'])
      assert.equal((await ask(odd)).answer.status, 200)
    const head = await ask(undefined, 'HEAD')
    assert.equal(head.answer.headers.get('content-length'), '700000')
    assert.equal(head.body.length, 0)
    assert.equal(await (await fetch(await on.at(name('sent.N/1')))).text(), 'text')
  })

  it('says no where a file was not offered, has changed or is gone, and remembers it', async () => {
    const path = join(on.folder, 'of the user')
    await writeFile(path, 'changed')
    await on.endpoint.offer(on.tag, name('sent.N/0'), { ...content(Buffer.from('signed')), from: { path } })
    await on.endpoint.offer(on.tag, name('sent.N/1'), {
      ...content(Buffer.from('x')),
      from: { path: `${path}.gone` },
    })
    for (const [within, code] of [
      ['sent.N/0', 409],
      ['sent.N/1', 404],
      ['sent.N/2', 404],
      ['../key', 404],
    ] as const) {
      assert.equal((await fetch(await on.at(name(within)))).status, code)
      assert.match((await on.endpoint.fault(on.tag)) ?? '', new RegExp(`was not given \\(${code}\\)`))
    }
  })

  it('takes a form and a plain body, answers exactly 200, and tells of them', async () => {
    const bytes = randomBytes(3_000_000)
    const output = `run.1/out/${content(bytes).digest}`
    assert.equal((await post(output, form(bytes))).status, 200)
    assert.ok(Buffer.from((await on.endpoint.read(name(output))) ?? []).equals(bytes))
    assert.equal((await post('run.1/exit', 'v1,0,-\n')).status, 200)
    assert.equal(await read('run.1/exit'), 'v1,0,-\n')
    assert.equal((await post('run.1/out/stdout', form(''))).status, 200)
    assert.equal(await read('run.1/out/stdout'), '')
    assert.deepEqual(on.heard, [output, 'run.1/exit', 'run.1/out/stdout'].map(name))
    const here = await readdir(join(on.folder, on.tag, 'there/run.1/out'))
    assert.deepEqual(here.toSorted(), [content(bytes).digest, 'stdout'].toSorted())
  })

  it('keeps what never changes as it first came, and the last of what may', async () => {
    for (const text of ['first', 'second']) {
      for (const within of ['claim.1', 'run.1/exit', 'run.1/live/stdout.0', 'run.1/beat', 'run.1/out/stdout'])
        assert.equal((await post(within, text)).status, 200)
    }
    for (const within of ['claim.1', 'run.1/exit', 'run.1/live/stdout.0'])
      assert.equal(await read(within), 'first')
    for (const within of ['run.1/beat', 'run.1/out/stdout']) assert.equal(await read(within), 'second')
  })

  it('appends what a server posts of its own streams, and knows which pieces of a stream are here', async () => {
    for (const text of ['ü', 'ber\n']) {
      const address = `${await on.endpoint.address(on.tag)}&path=%2Foutputs%2Ftool_stdout&file_type=output`
      assert.equal((await fetch(address, { method: 'POST', body: form(text) })).status, 200)
    }
    assert.equal(await read('tool_stdout'), 'über\n')
    for (const offset of [262_144, 0, 1_000_000]) await post(`run.1/live/stderr.${offset}`, 'x')
    assert.equal(await read('run.1/live/stderr'), '0\n262144\n1000000\n')
    assert.equal(await read('run.1/live/stdout'), undefined)
  })

  it('takes nothing that an attempt does not bring, and nothing too large', async () => {
    for (const within of [
      '../key',
      'run.1/../../key',
      'run.1/out/x',
      'run.1/work/a',
      'offers',
      'run.1/live/stdout.x',
      '',
    ])
      assert.equal((await post(within, 'x')).status, 403, within)
    const elsewhere = await fetch(await on.at('jbbbbbbbbbbbb/run.1/exit'), { method: 'POST', body: 'x' })
    assert.equal(elsewhere.status, 403)
    assert.equal((await post('run.1/exit', 'x'.repeat(200_000))).status, 413)
    const slowly = new ReadableStream({
      pull: (controller) => controller.enqueue(Buffer.alloc(65_536)), // of no length that is said before
    })
    const answer = await post('run.1/exit', 'x', { body: slowly, duplex: 'half' } as RequestInit).catch(
      () => undefined,
    )
    assert.ok(answer === undefined || answer.status === 411)
    assert.equal((await post('claim.1', '')).status, 400)
    assert.equal(await read('run.1/exit'), undefined)
    assert.equal(await read('claim.1'), undefined)
    assert.deepEqual((await readdir(on.folder)).toSorted(), [on.tag, 'key'].toSorted())
  })

  it('opens to an address of its own making alone, for its attempt, until it is over or removed', async () => {
    const good = new URL(await on.at(name('run.1/exit')))
    const bent: readonly ((url: URL) => void)[] = [
      (url) => url.searchParams.delete('key'),
      (url) => url.searchParams.set('key', `${url.searchParams.get('key') ?? ''}x`),
      (url) => url.searchParams.set('until', '99999999999'),
      (url) => (url.pathname = url.pathname.replace(/a$/, 'b')),
      (url) => (url.pathname = '/files/'),
    ]
    for (const bend of bent) {
      const url = new URL(good)
      bend(url)
      assert.equal((await fetch(url, { method: 'POST', body: 'x' })).status, 403, url.pathname)
    }
    assert.equal((await fetch(good, { method: 'DELETE' })).status, 405)
    assert.equal((await fetch(good, { method: 'POST', body: 'x' })).status, 200)
    await on.endpoint.remove(on.tag)
    assert.equal((await fetch(good, { method: 'POST', body: 'x' })).status, 403)
    assert.deepEqual(await on.endpoint.attempts(), [])
    assert.equal((await stat(join(on.folder, 'key'))).mode & 0o777, 0o600)
    const late = await onEndpoint({ expires: -5000 })
    const answer = await fetch(await late.at(`${late.tag}/run.1/exit`), { method: 'POST', body: 'x' })
    assert.equal(`${answer.status} ${await answer.text()}`, '403 this address is over\n')
    await late.close()
  })

  it('says whether the job is to stop, to whoever gives a sign of life', async () => {
    assert.equal(await (await post('run.1/beat', '1')).text(), 'ok\n')
    await on.endpoint.stop(on.tag)
    assert.equal(await (await post('run.1/beat', '2')).text(), 'stop\n')
    assert.equal(await on.endpoint.isStopped(on.tag), true)
    assert.equal(await on.endpoint.isStopped(tag('jcccccccccccc')), false)
  })

  const part = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n${'whole?'.repeat(500)}`
  const broken: readonly (readonly [string, string, string])[] = [
    ['a plain body', 'application/octet-stream', 'whole?'],
    ['a form in the middle of its file', `multipart/form-data; boundary=${boundary}`, part],
  ]
  for (const [what, type, sent] of broken)
    it(`keeps nothing of ${what} that breaks off`, async () => {
      const url = new URL(await on.at(name(out)))
      const socket = connect(on.port, '127.0.0.1')
      socket.write(
        `POST ${url.pathname}${url.search} HTTP/1.1\r\nHost: x\r\nContent-Type: ${type}\r\nContent-Length: 9999\r\n\r\n${sent}`,
      )
      await partly()
      socket.destroy()
      await eventually('its fault', 10_000, () => on.endpoint.fault(on.tag))
      assert.equal(await read(out), undefined)
      assert.deepEqual(await readdir(join(on.folder, on.tag, 'there/run.1/out')), [])
      assert.deepEqual(on.heard, [])
    })

  for (const sent of ['', 'j,0'])
    it(`keeps nothing of a claim whose sender is killed after ${sent.length} bytes`, async () => {
      const url = new URL(await on.at(name('claim.1')))
      const socket = connect(on.port, '127.0.0.1')
      const head = `PUT ${url.pathname}${url.search} HTTP/1.1\r\nHost: x\r\nContent-Length: 112\r\n\r\n`
      socket.write(`${head}${sent}`, () => socket.destroy()) // before any of it is read
      await eventually('its fault', 10_000, () => on.endpoint.fault(on.tag))
      assert.equal(await read('claim.1'), undefined)
      assert.deepEqual(on.heard, [])
      assert.equal((await post('claim.1', 'j,0,whole')).status, 200)
      assert.equal(await read('claim.1'), 'j,0,whole')
    })

  it('keeps nothing of an output that is not what its machine had', async () => {
    assert.equal((await post(out, form('whale'))).status, 400)
    assert.equal(await read(out), undefined)
    assert.match((await on.endpoint.fault(on.tag)) ?? '', /not what its machine had/)
    assert.equal((await post(out, form('whole'))).status, 200)
    assert.equal(await read(out), 'whole')
  })

  it('keeps nothing of a form that ends before its end, or has no file', async () => {
    const headers = { 'content-type': `multipart/form-data; boundary=${boundary}` }
    for (const body of [part, `--${boundary}--\r\n`, 'what']) {
      const answer = await post(out, body, { headers })
      assert.ok(answer.status === 400 || answer.status === 408, String(answer.status))
    }
    assert.equal(await read(out), undefined)
  })

  it('gives no way out of the folder of what was brought', async () => {
    for (const within of ['run.1/work/../../../../key', '../jbbbbbbbbbbbb/claim.1'])
      await assert.rejects(on.endpoint.read(`${on.tag}/${within}`), { code: 'invalid-value' })
  })

  it('leaves an attempt removed, though something of it was under way', async () => {
    const url = await on.at(name('claim.1'))
    await on.endpoint.remove(on.tag)
    assert.equal((await fetch(url, { method: 'PUT', body: 'x' })).status, 403)
    assert.deepEqual(await on.endpoint.attempts(), [])
  })

  it('answers others while four hold back what they send', async () => {
    const url = new URL(await on.at(name(out)))
    const stalled = Array.from({ length: 4 }, () => {
      const socket = connect(on.port, '127.0.0.1')
      socket.write(`POST ${url.pathname}${url.search} HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nx`)
      return socket
    })
    try {
      await Promise.all(stalled.map((socket) => once(socket, 'connect')))
      await partly()
      assert.equal((await post('run.1/exit', 'v1')).status, 200)
      assert.equal((await post(out, form('whole'))).status, 200)
      assert.equal(await read(out), 'whole')
    } finally {
      for (const socket of stalled) socket.destroy()
    }
  })
})
