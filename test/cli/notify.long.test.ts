import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { z } from 'zod'
import { certificate } from '../notifiers/certificate.ts'
import { login, postOffice } from '../notifiers/post-office.ts'
import { abeyance, isThere, project, startAbeyance, until } from './command-line.ts'

describe('abeyance notify test', function () {
  this.timeout(240_000)

  it('sends a real notice to each, says what came of it, and ends with 1 where one failed', async () => {
    const office = await postOffice()
    const hook = createServer((_, response) => response.writeHead(503).end()).listen(0, '127.0.0.1')
    await once(hook, 'listening')
    const { port } = z.object({ port: z.number() }).parse(hook.address())
    const folder = await project({
      'ca.pem': certificate.cert,
      password: login.password,
      'abeyance.yaml': `abeyance: 1
notifiers:
  mail:
    kind: email
    host: localhost
    port: ${office.port}
    ca: ca.pem
    user: ${login.user}
    password: { file: password }
    from: abeyance@example.org
    to: me@example.org
    templates: { test: { title: 'Trying {{notifier}}' } }
  hook: { kind: webhook, url: 'http://127.0.0.1:${port}/' }
  here: { kind: console }
notices: [{ on: [run-failed], to: [mail, hook] }]
`,
    })
    try {
      const all = await abeyance(folder, ['notify', 'test'])
      assert.match(
        all.stdout,
        /^ok {5}here: delivered .*\nFAULT {2}hook: the webhook was not delivered: it answered 503 {2}.*\nok {5}mail: delivered /,
      )
      assert.match(all.stderr, /Abeyance: a test/)
      assert.match(all.stderr, /here is told of nothing else/)
      assert.equal(all.code, 1)
      assert.deepEqual(
        office.letters.map(({ headers, encrypted, user }) => [headers.get('subject'), encrypted, user]),
        [['Trying mail', true, login.user]],
      )
      const one = await abeyance(folder, ['notify', 'test', 'mail', '--json'])
      assert.equal(one.code, 0, one.stderr)
      const [trial, ...more] = JSON.parse(one.stdout)
      assert.deepEqual([trial.notifier, trial.ok, more], ['mail', true, []])
      const wrong = await abeyance(folder, ['notify', 'test', 'mial'])
      assert.match(wrong.stderr, /no notifier `mial`; did you mean `mail`\?; there are here, hook, mail/)
      assert.equal(wrong.code, 2)
    } finally {
      await office.close()
      hook.close()
    }
  })

  it('ends at once when it is interrupted', async () => {
    const folder = await project({
      'abeyance.yaml': `abeyance: 1\nnotifiers: { slow: { kind: command, command: [sh, -c, 'echo begun >> begun; sleep 50'] }, zzz: { kind: console } }\n`,
    })
    const started = await startAbeyance(folder, ['--verbose', 'notify', 'test'])
    await until(() => isThere(join(folder, 'begun')))
    started.process.kill('SIGINT')
    const { code, stderr } = await started.ended
    assert.equal(code, 130)
    assert.doesNotMatch(stderr, /a test/, 'the next one is not told')
  })
})
