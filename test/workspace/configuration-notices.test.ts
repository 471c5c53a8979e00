import assert from 'node:assert/strict'
import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import { isAbeyanceError } from '../../src/core/error.ts'
import { readConfiguration } from '../../src/workspace/read-configuration.ts'

const mail = 'kind: email, host: localhost, from: a@example.org, to: b@example.org'

describe('notifiers and rules in abeyance.yaml', () => {
  let folder: string
  before(async () => {
    folder = await fs.mkdtemp(join(tmpdir(), 'abeyance-notices-'))
    await fs.writeFile(join(folder, 'password'), 'hunter2\n')
    await fs.writeFile(join(folder, 'unsigned'), 'hunter2!\n')
  })
  after(() => fs.rm(folder, { recursive: true, force: true }))

  const read = async (text: string) => {
    const path = join(folder, 'abeyance.yaml')
    await fs.writeFile(path, `abeyance: 1\n${text}`)
    return readConfiguration(path, { environment: () => undefined, print() {} })
  }

  it('gives every kind, with templates, and rules as a workspace takes them', async () => {
    const options = await read(`notifiers:
  post:
    kind: email
    host: mail.example.org
    port: 465
    user: lab
    password: { file: password }
    from: Lab <lab@example.org>
    to: [a@example.org, B <b@example.org>]
    timeout: 5s
    templates: { run-failed: { title: '{{pipeline}}', html: '<b>{{text}}</b>' }, any: { text: '{{ workspace }}' } }
  here: { kind: console, templates: { job-ended: { title: '{{state}} of {{name}}' } } }
notices:
  - { on: [run-failed], where: { pipeline: 'nightly-*' }, to: [post] }
  - { on: [job-ended], where: { state: [failed, lost], destination: local }, to: [here] }
`)
    assert.deepEqual(Object.keys(options.notifiers ?? {}), ['post', 'here'])
    assert.deepEqual(
      options.notices?.map(({ where }) => where),
      [{ pipeline: 'nightly-*' }, { state: ['failed', 'lost'], destination: 'local' }],
    )
  })

  const wrong: readonly (readonly [what: string, text: string, said: RegExp])[] = [
    [
      'a name in a template that is misspelt',
      `notifiers: { m: { kind: console, templates: { run-failed: { text: '{{pipelin}}' } } } }`,
      /:2:\d+ `\{\{pipelin\}\}` stands for nothing in the template of `run-failed`; did you mean `pipeline`\?; there are id, event/,
    ],
    [
      'a name that the event does not tell',
      `notifiers: { m: { kind: console, templates: { any: { title: '{{state}}' } } } }`,
      /`\{\{state\}\}` stands for nothing in the template of `any`/,
    ],
    [
      'a template of no event',
      `notifiers: { m: { kind: console, templates: { run-faild: { text: x } } } }`,
      /no event `run-faild` for a template; did you mean `run-failed`\?/,
    ],
    [
      'a place that is not closed',
      `notifiers: { m: { kind: console, templates: { any: { text: '{{title}' } } } }`,
      /a `\{\{` has no `\}\}`/,
    ],
    [
      'HTML where nothing shows it',
      `notifiers: { m: { kind: console, templates: { any: { html: x } } } }`,
      /the template of `any` has no key `html`/,
    ],
    [
      'a password in clear',
      `notifiers: { m: { ${mail}, user: me, password: hunter2 } }`,
      /a secret never stands in this file/,
    ],
    [
      'a user without a password',
      `notifiers: { m: { ${mail}, user: me } }`,
      /has a `user` and no `password`: give both/,
    ],
    [
      'an address that is none',
      `notifiers: { m: { ${mail.replace('b@', '')} } }`,
      /`to` is "example\.org": write it as `me@example\.org`/,
    ],
    ['a kind that there is not', `notifiers: { m: { kind: emial } }`, /did you mean `email`\?/],
    [
      'certificates that are not there',
      `notifiers: { m: { ${mail}, ca: gone.pem } }`,
      /certificates cannot be read: .*gone\.pem/,
    ],
    [
      'a secret of a webhook that is none',
      `notifiers: { hook: { kind: webhook, url: 'https://example.org', secret: { file: unsigned } } }`,
      /`hook` cannot be made: `secret` is none of Standard Webhooks: write `whsec_` and base64/,
    ],
    [
      'a login that anybody could read',
      `notifiers: { m: { ${mail.replace('localhost', 'mail.example.org')}, tls: none, user: me, password: { file: password } } }`,
      /unencrypted: leave out `tls: none`, or the user/,
    ],
    [
      'a rule that asks for what its event does not tell',
      `notifiers: { m: { kind: console } }\nnotices: [{ on: [job-ended], where: { pipeline: x }, to: [m] }]`,
      /:3:\d+ notices of `job-ended` do not tell `pipeline`/,
    ],
    [
      'a rule for a destination that there is not',
      `notifiers: { m: { kind: console } }\nnotices: [{ on: [host-back], where: { destination: lcal }, to: [m] }]`,
      /no destination `lcal`; did you mean `local`\?/,
    ],
    [
      'a rule for tests',
      `notifiers: { m: { kind: console } }\nnotices: [{ on: [test], to: [m] }]`,
      /`run-finished`.*not "test"/,
    ],
  ]
  for (const [what, text, said] of wrong)
    it(`refuses ${what}`, async () => {
      await assert.rejects(read(text), (error: unknown) => {
        assert.ok(isAbeyanceError(error, 'invalid-configuration'), String(error))
        assert.match(error.message, said)
        assert.doesNotMatch(error.message, /hunter2/)
        return true
      })
    })
})
