import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { describe, it } from 'mocha'
import { tag } from '../../src/core/ids.ts'
import { gridengineScheduler } from '../../src/runners/gridengine.ts'
import { pbsScheduler } from '../../src/runners/pbs.ts'
import { wrapperText } from '../../src/runners/wrapper.ts'
import { script, submission } from './job-host.ts'

const prelude = '. /opt/settings.sh'
const job = submission(
  tag('jabc'),
  script('true', { resources: { cores: 2, memory: '1 GiB', flags: ['-A', "it's"] } }),
)
const tables = {
  'Grid Engine': gridengineScheduler({ prelude }),
  PBS: pbsScheduler({ prelude, requeue: true }),
  OpenPBS: pbsScheduler({ dialect: 'openpbs' }),
}

const shells = [['sh'], ['dash'], ['bash', '--posix'], ['busybox', 'sh']]
const has = (program: string) => spawnSync(program, ['--help']).error === undefined

for (const [name, table] of Object.entries(tables)) {
  assert.ok(table.queue)
  const { list, ids, account, find, cancel } = table.queue
  const lines = { gone: table.gone, list, ids, account, find, cancel, submit: table.submit(job) }
  const text = `#!/bin/sh
put() { :; }
${Object.entries(lines)
  .map(([word, body]) => `${word}() {\n${body}\n}`)
  .join('\n')}
case $1 in ${Object.keys(lines)
    .map((word) => `${word}) ${word} "$@" ;;`)
    .join(' ')} esac
`

  describe(`the shell lines for ${name}`, function () {
    this.timeout(60_000)

    it('are read by each shell there is', () => {
      for (const [program = '', ...words] of shells) {
        if (!has(program)) continue
        for (const input of [text, wrapperText(table.identity)]) {
          const { status, stderr } = spawnSync(program, [...words, '-n'], { input, encoding: 'utf8' })
          assert.equal(status, 0, `${program}: ${stderr}`)
        }
      }
    })

    it('give shellcheck, where there is one, nothing to say', () => {
      if (!has('shellcheck')) return
      // What sets a variable and who reads it are different scripts; a prelude is the site's.
      const elsewhere = '--exclude=SC2034,SC2154,SC1091'
      const input = `${text}\nnative=1 restart=0\n${table.identity}\n`
      const { stdout } = spawnSync('shellcheck', ['--shell=sh', '--severity=warning', elsewhere, '-'], {
        input,
        encoding: 'utf8',
      })
      assert.equal(stdout, '')
    })
  })
}
