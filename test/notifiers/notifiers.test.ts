import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { describe, it } from 'mocha'
import { Webhook } from 'standardwebhooks'
import { noticeId } from '../../src/core/ids.ts'
import { command } from '../../src/notifiers/command.ts'
import { console as consoleNotifier } from '../../src/notifiers/console.ts'
import type { Notice } from '../../src/notifiers/notifier.ts'
import { webhook } from '../../src/notifiers/webhook.ts'

const notice: Notice = {
  id: noticeId('notice_1'),
  event: 'job-ended',
  at: 0,
  title: 'digest $(id) "done"',
  text: 'line\n\u001b[31mred `id`',
  about: { job: 'a' },
}
const signal = new AbortController().signal

describe('console', () => {
  it('prints one line without control characters', async () => {
    const lines: string[] = []
    await consoleNotifier({ print: (line) => lines.push(line) }).notify(notice, { signal })
    assert.deepEqual(lines, ['1970-01-01T00:00:00.000Z digest $(id) "done": line [31mred `id`'])
  })
})

describe('command', () => {
  it('hands over the notice as JSON and in the environment, read by no shell', async () => {
    const program = `
      const notice = JSON.parse(require('fs').readFileSync(0, 'utf8'))
      const { ABEYANCE_NOTICE_TITLE: title, WHO: who } = process.env
      process.exit(notice.text.includes('red') && title === notice.title && who === 'ann' ? 0 : 3)`
    const words = [process.execPath, '-e', program] as const
    await command({ command: words, environment: { WHO: 'ann' } }).notify(notice, { signal })
    await assert.rejects(command({ command: words }).notify(notice, { signal }), /exit code 3/)
  })

  it('stops a program that takes too long, and when it is told to', async () => {
    const words = [process.execPath, '-e', 'setInterval(() => {}, 1000)'] as const
    await assert.rejects(command({ command: words, deadline: 50 }).notify(notice, { signal }), /within 50 ms/)
    const stop = new AbortController()
    const told = command({ command: words }).notify(notice, { signal: stop.signal })
    stop.abort()
    await assert.rejects(told, /aborted/)
  })

  it('names a program that is not there', async () => {
    await assert.rejects(
      command({ command: ['no-such-program'] }).notify(notice, { signal }),
      /no-such-program/,
    )
  })
})

describe('webhook', () => {
  const secret = `whsec_${Buffer.from('a secret of some length').toString('base64')}`

  it('signs what it posts, after Standard Webhooks', async () => {
    const seen: unknown[] = []
    const server = createServer((request, response) => {
      let body = ''
      request.on('data', (chunk: Buffer) => (body += chunk.toString()))
      request.on('end', () => {
        seen.push(
          new Webhook(secret).verify(
            body,
            Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])),
          ),
        )
        response.writeHead(200).end()
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/`
    await webhook({ url: () => Promise.resolve(url), secret: () => Promise.resolve(secret) }).notify(notice, {
      signal,
    })
    const data = { id: 'notice_1', title: notice.title, text: notice.text, about: { job: 'a' } }
    assert.deepEqual(seen, [{ type: 'job-ended', timestamp: '1970-01-01T00:00:00.000Z', data }])
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })

  it('refuses a secret that is none, when it is made or as soon as it is known', async () => {
    const url = 'http://127.0.0.1:1/'
    assert.throws(() => webhook({ url, secret: 'no base64!' }), /`secret` is none .* `whsec_` and base64/)
    const late = webhook({ url, secret: () => Promise.resolve('no base64!') })
    await assert.rejects(late.notify(notice, { signal }), /not delivered: `secret` is none .* `whsec_`/)
  })

  it('says neither address nor secret when it fails', async () => {
    for (const url of ['http://127.0.0.1:1/hook/secret-path', 'no address secret-path']) {
      const told = webhook({ url, secret }).notify(notice, { signal })
      await assert.rejects(
        told,
        (error: Error) => !/secret|whsec/.test(error.message) && /not delivered/.test(error.message),
      )
    }
  })
})
