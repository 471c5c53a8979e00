import assert from 'node:assert/strict'
import { afterEach, describe, it } from 'mocha'
import { systemClock } from '../../src/core/clock.ts'
import { isAbeyanceError } from '../../src/core/error.ts'
import { noticeId } from '../../src/core/ids.ts'
import { silent } from '../../src/core/logger.ts'
import { openOutbox } from '../../src/monitor/open-outbox.ts'
import { email, type EmailOptions } from '../../src/notifiers/email.ts'
import type { Notice } from '../../src/notifiers/notifier.ts'
import { withTemplates } from '../../src/notifiers/with-templates.ts'
import { memoryStore } from '../../src/records/memory.ts'
import { notifierSuite } from '../../src/testing/notifier-suite.ts'
import { eventually } from '../../src/testing/eventually.ts'
import { certificate } from './certificate.ts'
import { login, postOffice, type PostOffice } from './post-office.ts'

const notice: Notice = {
  id: noticeId('01a1fdec-9b17-77c7-91b7-583585e1ebd2.1795261504550.failed'),
  event: 'run-failed',
  at: Date.UTC(2026, 10, 21, 18),
  title: 'hello failed\r\nBcc: everybody@example.org',
  text: 'grüß: out of memory\n.\nmore',
  about: { run: '01a1', pipeline: 'hello' },
}
const signal = new AbortController().signal
const base = {
  host: 'localhost',
  tls: 'none',
  from: 'Abeyance <abeyance@lab.example.org>',
  to: 'me@example.org',
} as const

const offices: PostOffice[] = []
afterEach(async () => {
  for (const office of offices.splice(0)) await office.close()
})

async function opened(...options: Parameters<typeof postOffice>): Promise<PostOffice> {
  const office = await postOffice(...options)
  offices.push(office)
  return office
}

async function send(to: PostOffice, more: Partial<EmailOptions> = {}, what = notice): Promise<void> {
  await email({ ...base, port: to.port, ...more }).notify(what, { signal })
}

describe('the e-mail notifier', () => {
  it('sends subject, text and a Message-ID that follows from the notice; a title adds no header', async () => {
    const office = await opened()
    await send(office)
    const [{ headers, bodies, recipients, encrypted } = assert.fail()] = office.letters
    assert.equal(headers.get('subject'), 'hello failed Bcc: everybody@example.org')
    assert.equal(headers.get('from'), 'Abeyance <abeyance@lab.example.org>')
    assert.equal(headers.get('to'), 'me@example.org')
    assert.equal(headers.get('message-id'), `<${notice.id}@lab.example.org>`)
    assert.equal(headers.get('date'), 'Sat, 21 Nov 2026 18:00:00 +0000')
    assert.equal(headers.get('auto-submitted'), 'auto-generated')
    assert.equal(headers.get('x-abeyance-event'), 'run-failed')
    assert.equal(headers.has('bcc'), false)
    assert.equal(bodies.get('text/plain')?.replaceAll('\r\n', '\n').trim(), notice.text)
    assert.deepEqual([recipients, encrypted], [['me@example.org'], false])
  })

  it('encrypts before it logs in, and trusts only the authorities that it is given', async () => {
    const office = await opened()
    const more = { tls: 'starttls', user: login.user, password: async () => login.password } as const
    await send(office, { ...more, ca: certificate.cert })
    assert.deepEqual(
      office.letters.map(({ encrypted, user }) => [encrypted, user]),
      [[true, login.user]],
    )
    await assert.rejects(send(office, more), /certificate.*tried again/)
    assert.equal(office.letters.length, 1)
  })

  it('encrypts from the first byte where it is told to', async () => {
    const office = await opened({ secure: true })
    await send(office, { tls: 'implicit', ca: certificate.cert })
    assert.equal(office.letters[0]?.encrypted, true)
  })

  it('says nothing to a server that does not encrypt where it should', async () => {
    const office = await opened({ hideSTARTTLS: true, disabledCommands: ['STARTTLS'] })
    const more = { tls: 'starttls', user: login.user, password: login.password } as const
    await assert.rejects(send(office, more), /not delivered/)
    assert.deepEqual([office.logins, office.letters.length], [0, 0])
  })

  it('refuses to send a password over the network unencrypted', () => {
    assert.throws(
      () => email({ ...base, host: 'mail.example.org', user: 'me' }),
      /unencrypted: leave out `tls: none`/,
    )
  })

  it('says that a login was refused, never the password, and asks for time', async () => {
    const office = await opened({ allowInsecureAuth: true })
    const password = 'wrong horse battery'
    await assert.rejects(send(office, { user: login.user, password }), (error) => {
      assert.ok(isAbeyanceError(error, 'notice-failed'))
      assert.match(error.message, /refused the login of abeyance: check user and password \(.*\*\*\*/)
      assert.equal(error.message.includes(password), false)
      assert.equal(error.details.retryAfter, 600_000)
      return true
    })
  })

  it('says no form in which a login is told: a server may say it again as it came', async () => {
    const password = 'wrong horse battery'
    const base64 = (text: string) => Buffer.from(text).toString('base64')
    const secrets = [password, `\0${login.user}\0${password}`, `${login.user}:${password}`].map(base64)
    const office = await opened({
      allowInsecureAuth: true,
      onAuth: (_, __, done) =>
        done(Object.assign(new Error(`no such ${secrets.join(' ')}`), { responseCode: 535 })),
    })
    await assert.rejects(send(office, { user: login.user, password }), (error: Error) => {
      assert.match(error.message, /no such \*\*\*/)
      for (const secret of secrets)
        assert.equal(error.message.includes(secret.replace(/=+$/, '')), false, secret)
      return true
    })
  })

  it('goes on with those who were refused, and sends the others no second copy', async () => {
    const office = await opened()
    office.behave({ recipient: (address) => (address === 'b@example.org' ? 450 : undefined) })
    const to = ['a@example.org', 'b@example.org']
    const notifier = email({ ...base, port: office.port, to })
    await assert.rejects(notifier.notify(notice, { signal }), /refused for b@example\.org/)
    office.behave({})
    await notifier.notify(notice, { signal })
    assert.deepEqual(
      office.letters.map(({ recipients, headers }) => [recipients, headers.get('to')]),
      [
        [['a@example.org'], to.join(', ')],
        [['b@example.org'], to.join(', ')],
      ],
    )
  })

  it('is greylisted, tried again from the outbox, and delivered once', async () => {
    const office = await opened()
    let knocks = 0
    office.behave({ recipient: () => (++knocks <= 2 ? 451 : undefined) })
    const store = memoryStore()
    const notifiers = new Map([['me', email({ ...base, port: office.port })]])
    const settings = { firstRetry: 5, lastRetry: 20 }
    const rules = [{ on: ['run-failed' as const], to: ['me'] }]
    const outbox = openOutbox({ store, clock: systemClock, logger: silent, notifiers, rules, settings })
    await store.put(outbox.entriesFor(notice))
    outbox.poke()
    await eventually('it is delivered', 20_000, async () => ((await anyNotice(store)) ? undefined : true))
    assert.deepEqual([knocks, office.letters.length], [3, 1])
    await outbox.close()
  })

  it('has the same Message-ID where the connection broke before the letter was confirmed', async () => {
    const office = await opened()
    office.behave({ drops: true })
    await assert.rejects(send(office), /not delivered/)
    office.behave({})
    await send(office)
    const ids = office.letters.map(({ headers }) => headers.get('message-id'))
    assert.deepEqual(ids, [`<${notice.id}@lab.example.org>`, `<${notice.id}@lab.example.org>`])
  })

  it('shows HTML where a template has it, with every value escaped', async () => {
    const office = await opened()
    const templates = { 'run-failed': { title: '[{{pipeline}}]', html: '<a title="{{title}}">{{text}}</a>' } }
    const bare = email({ ...base, port: office.port })
    const hostile = { ...notice, title: '"><script>', text: '<b>&{{run}}' }
    await withTemplates(bare, { templates }).notify(hostile, { signal })
    const [{ headers, bodies } = assert.fail()] = office.letters
    assert.equal(headers.get('subject'), '[hello]')
    assert.equal(
      bodies.get('text/html')?.trim(),
      '<a title="&#34;&#62;&#60;script&#62;">&#60;b&#62;&#38;{{run}}</a>',
    )
    assert.equal(bodies.get('text/plain')?.trim(), '<b>&{{run}}')
  })
})

async function anyNotice(store: ReturnType<typeof memoryStore>): Promise<boolean> {
  for await (const _ of store.all('notice')) return true
  return false
}

describe('an e-mail', () => {
  notifierSuite(
    { test: it },
    async () => {
      const office = await postOffice()
      return {
        notifier: email({ ...base, port: office.port, timeout: 5000 }),
        arrived: async () =>
          office.letters.map(({ headers, bodies }) => ({
            id: headers.get('x-abeyance-notice') ?? '',
            text: `${headers.get('subject')}\n${bodies.get('text/plain')}`,
          })),
        behave: async (how) =>
          office.behave({ hangs: how === 'hangs', ...(how === 'refuses' && { recipient: () => 550 }) }),
        close: () => office.close(),
      }
    },
    { patience: 15_000 },
  )
})
