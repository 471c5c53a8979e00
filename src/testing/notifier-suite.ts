import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { noticeId } from '../core/ids.ts'
import type { Notice, Notifier } from '../notifiers/notifier.ts'
import { within } from './eventually.ts'
import { asking, type Ask, type Harness, type Subject } from './harness.ts'

export interface NotifierSubject extends Subject {
  /** With a deadline of its own that is well below the suite's patience. */
  readonly notifier: Notifier
  /** What has arrived so far, in any order. */
  readonly arrived: () => Promise<readonly Arrival[]>
  /** How the other end behaves from now on; at first it takes what comes. */
  readonly behave: (how: 'takes' | 'refuses' | 'hangs') => Promise<void>
}

/** A notice as its receiver reads it: all that a person is shown, and the id where there is a place for one. */
export interface Arrival {
  readonly text: string
  readonly id?: string
}

export interface NotifierSupport {
  /** Whether the receiver is given the notice's id, so that it can drop a repeat; yes when not given. */
  readonly ids?: boolean
  /** Whether there is another end that may never answer; yes when not given. */
  readonly hangs?: boolean
  /** Milliseconds until an answer that does not come counts as hanging; 10 s when not given. */
  readonly patience?: number
}

/**
 * Asks a notifier whether it keeps the contract of `Notifier`: what resolved was delivered, what was not delivered
 * rejects, nothing hangs, text stays text.
 *
 * ```ts
 * import { test } from 'node:test' // or vitest; with mocha: `{ test: it }`
 * import { notifierSuite } from 'abeyance/testing'
 *
 * notifierSuite({ test }, async () => {
 *   const server = await pagerForTests() // a small real one: keeps what it gets, answers as it is told
 *   return {
 *     notifier: myPager({ url: server.url, timeout: 1000 }),
 *     arrived: async () => server.messages.map(({ id, title, body }) => ({ id, text: `${title}\n${body}` })),
 *     behave: async (how) => server.behave(how),
 *     close: () => server.close(),
 *   }
 * })
 * ```
 */
export function notifierSuite(
  harness: Harness,
  create: () => Promise<NotifierSubject>,
  { ids = true, hangs = true, patience = 10_000 }: NotifierSupport = {},
): void {
  const ask = asking(harness, create)
  askOfDelivery(ask)
  askOfFailure(ask, patience)
  if (ids) askOfIds(ask)
  if (hangs) askOfHanging(ask, patience)
}

// What some template, markup or shell would take for its own.
const literal = `<b>bold</b> &amp; "two" 'one' $(id) \`id\` $HOME \${x} {{x}} %s %20 \\n é😀`

function notice(more: Partial<Notice> = {}): Notice {
  const id = noticeId(randomUUID())
  const about = { job: 'suite' }
  return {
    id,
    event: 'job-ended',
    at: Date.UTC(2026, 0, 1),
    title: 'digest ended',
    text: 'It took 3 s',
    about,
    ...more,
  }
}

const context = () => ({ signal: new AbortController().signal })

function askOfDelivery(ask: Ask<NotifierSubject>): void {
  ask('has delivered title and text when it resolves', async ({ notifier, arrived }) => {
    await notifier.notify(notice({ title: 'a title', text: 'some text' }), context())
    const [only, ...more] = await arrived()
    assert.ok(only?.text.includes('a title') && only.text.includes('some text'), JSON.stringify(only))
    assert.deepEqual(more, [])
  })

  ask('takes text for text, never for markup, template or shell', async ({ notifier, arrived }) => {
    await notifier.notify(notice({ title: `title ${literal}`, text: `text ${literal}` }), context())
    const [only] = await arrived()
    assert.ok(only?.text.includes(`title ${literal}`), `the title became ${only?.text}`)
    assert.ok(only?.text.includes(`text ${literal}`), `the text became ${only?.text}`)
  })

  ask('delivers many at once, each one time', async ({ notifier, arrived }) => {
    const titles = Array.from({ length: 10 }, (_, n) => `notice number ${n};`)
    await Promise.all(titles.map((title) => notifier.notify(notice({ title }), context())))
    const texts = (await arrived()).map(({ text }) => text)
    assert.equal(texts.length, titles.length)
    for (const title of titles) assert.equal(texts.filter((text) => text.includes(title)).length, 1, title)
  })
}

function askOfFailure(ask: Ask<NotifierSubject>, patience: number): void {
  ask('rejects when it is refused, and delivers when it is asked again later', async (subject) => {
    const { notifier, arrived, behave } = subject
    await behave('refuses')
    const same = notice()
    await assert.rejects(within('the refused notice', patience, notifier.notify(same, context())), notHanging)
    await behave('takes')
    await notifier.notify(same, context())
    assert.equal((await arrived()).length, 1)
  })

  ask('delivers nothing when the signal is aborted already', async ({ notifier, arrived }) => {
    const late = notifier.notify(notice(), { signal: AbortSignal.abort() })
    await assert.rejects(within('the aborted notice', patience, late), notHanging)
    assert.deepEqual(await arrived(), [])
  })
}

function askOfIds(ask: Ask<NotifierSubject>): void {
  ask('gives the receiver the id, the same at each delivery', async ({ notifier, arrived }) => {
    const [same, other] = [notice(), notice()]
    for (const each of [same, same, other]) await notifier.notify(each, context())
    const found = (await arrived()).map(({ id = 'no id' }) => id)
    assert.deepEqual(found.toSorted(), [`${same.id}`, `${same.id}`, `${other.id}`].toSorted())
  })
}

function askOfHanging(ask: Ask<NotifierSubject>, patience: number): void {
  ask('gives up on abort when the other end does not answer', async ({ notifier, behave }) => {
    await behave('hangs')
    const abort = new AbortController()
    const pending = notifier.notify(notice(), { signal: abort.signal })
    const rejected = assert.rejects(within('the notice after its abort', patience / 2, pending), notHanging)
    abort.abort()
    await rejected
  })

  ask(
    'rejects rather than waits for ever when the other end does not answer',
    async ({ notifier, behave }) => {
      await behave('hangs')
      const pending = notifier.notify(notice(), context())
      await assert.rejects(within('the notice', patience, pending), notHanging)
    },
  )
}

/** That `within` lost its patience is no answer of the notifier's. */
function notHanging(error: unknown): boolean {
  return !(error instanceof assert.AssertionError)
}
