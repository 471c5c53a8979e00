import assert from 'node:assert/strict'
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text as textOf } from 'node:stream/consumers'
import { describe, it } from 'mocha'
import { z } from 'zod'
import { isAbeyanceError } from '../../src/core/error.ts'
import { noticeId } from '../../src/core/ids.ts'
import { command } from '../../src/notifiers/command.ts'
import { console as toConsole } from '../../src/notifiers/console.ts'
import type { Notifier } from '../../src/notifiers/notifier.ts'
import { webhook } from '../../src/notifiers/webhook.ts'
import { notifierSuite, type NotifierSubject } from '../../src/testing/notifier-suite.ts'
import { failedQuestions } from './failed-questions.ts'

type Change = (right: Notifier) => Notifier
const same: Change = (right) => right
const deadline = 5000

const posted = z.object({ data: z.object({ id: z.string(), title: z.string(), text: z.string() }) })
const piped = posted.shape.data

/** A receiver of webhooks that answers as it is told. */
async function overHttp(change = same): Promise<NotifierSubject> {
  let how = 'takes'
  const bodies: string[] = []
  const server = createServer((request, response) => {
    void textOf(request).then((body) => {
      if (how === 'hangs') return
      if (how === 'takes') bodies.push(body)
      response.writeHead(how === 'takes' ? 204 : 503).end()
    })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = z.object({ port: z.number() }).parse(server.address())
  return {
    notifier: change(webhook({ url: async () => `http://127.0.0.1:${port}/`, timeout: deadline })),
    arrived: async () =>
      bodies.map((body) => {
        const { id, title, text } = posted.parse(JSON.parse(body)).data
        return { id, text: `${title}\n${text}` }
      }),
    behave: async (next) => void (how = next),
    async close() {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}

/** A program that does as a file tells it. */
async function byCommand(): Promise<NotifierSubject> {
  const folder = await mkdtemp(join(tmpdir(), 'notifier-'))
  const behave = (how: string) => writeFile(join(folder, 'how'), how)
  await behave('takes')
  const script = `
    case $(cat how) in
      takes) cat > part.$$ && mv part.$$ arrived.$$ ;;
      refuses) echo no >&2; exit 1 ;;
      hangs) sleep 300 ;;
    esac`
  return {
    notifier: command({
      command: ['/bin/sh', '-c', `cd '${folder}'; ${script}`],
      environment: { PATH: process.env['PATH'] ?? '' },
      deadline,
    }),
    async arrived() {
      const names = (await readdir(folder)).filter((name) => name.startsWith('arrived.'))
      const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))
      return texts.map((each) => {
        const { id, title, text } = piped.parse(JSON.parse(each))
        return { id, text: `${title}\n${text}` }
      })
    },
    behave,
    close: () => rm(folder, { recursive: true }),
  }
}

/** Standard output that may be closed at its other end. */
async function onConsole(): Promise<NotifierSubject> {
  let how = 'takes'
  const lines: string[] = []
  const print = (line: string) => {
    if (how === 'refuses') throw new Error('EPIPE')
    lines.push(line)
  }
  return {
    notifier: toConsole({ print }),
    arrived: async () => lines.map((text) => ({ text })),
    behave: async (next) => void (how = next),
    close: async () => {},
  }
}

describe('the webhook notifier', () => {
  notifierSuite({ test: it }, () => overHttp())
})

describe('the command notifier', () => {
  notifierSuite({ test: it }, byCommand)
})

describe('the console notifier', () => {
  notifierSuite({ test: it }, onConsole, { ids: false, hangs: false })
})

describe('the notifier suite', () => {
  const failures = (notify: (right: Notifier) => Notifier['notify']) =>
    failedQuestions((harness) =>
      notifierSuite(harness, () => overHttp((right) => ({ notify: notify(right) })), { patience: 15_000 }),
    )

  it('finds a notifier that hangs where it should reject', async () => {
    const failed = await failures(
      (right) => (notice, context) =>
        right.notify(notice, context).catch((error: unknown) => {
          if (!String(error).includes('in time')) throw error
          return new Promise(() => {})
        }),
    )
    assert.deepEqual(failed, ['rejects rather than waits for ever when the other end does not answer'])
  })

  it('finds a notifier that swallows a failure', async () => {
    const failed = await failures(
      (right) => (notice, context) =>
        right.notify(notice, context).catch((error: unknown) => {
          if (!isAbeyanceError(error) || !error.message.includes('503')) throw error
        }),
    )
    assert.deepEqual(failed, ['rejects when it is refused, and delivers when it is asked again later'])
  })

  it('finds a notifier that does not hear of an abort', async () => {
    const failed = await failures((right) => async (notice, { signal }) => {
      await right.notify(notice, { signal: new AbortController().signal })
      signal.throwIfAborted()
    })
    assert.deepEqual(failed, ['delivers nothing when the signal is aborted already'])
  })

  it('finds a notifier that fills in templates', async () => {
    const failed = await failures(
      (right) => (notice, context) =>
        right.notify({ ...notice, text: notice.text.replaceAll('{{x}}', '') }, context),
    )
    assert.deepEqual(failed, ['takes text for text, never for markup, template or shell'])
  })

  it('finds a notifier that gives each delivery an id of its own', async () => {
    let count = 0
    const failed = await failures(
      (right) => (notice, context) => right.notify({ ...notice, id: noticeId(`id${++count}`) }, context),
    )
    assert.deepEqual(failed, ['gives the receiver the id, the same at each delivery'])
  })

  it('finds a notifier that delivers twice', async () => {
    const failed = await failures((right) => async (notice, context) => {
      await right.notify(notice, context)
      if (notice.title.includes('number 3')) await right.notify(notice, context)
    })
    assert.deepEqual(failed, ['delivers many at once, each one time'])
  })
})
