import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { describe, it } from 'mocha'
import { tag } from '../../../src/core/ids.ts'
import { slurmScheduler } from '../../../src/runners/slurm.ts'
import { wrapperText } from '../../../src/runners/wrapper.ts'
import { script, submission } from '../job-host.ts'

const table = slurmScheduler({ cluster: 'one', prelude: 'PATH=/opt/slurm/bin:$PATH' })
assert.ok(table.queue)
const { list, ids, account, find, cancel } = table.queue
const spec = script('true', { resources: { cores: 2, memory: '1 GiB', flags: ['--constraint=a|b'] } })
const lines = {
  gone: table.gone,
  list,
  ids,
  account,
  find,
  cancel,
  submit: table.submit(submission(tag('jabc'), spec)),
}
const text = `#!/bin/sh
tag=jabc
${Object.entries(lines)
  .map(([name, body]) => `${name}() {\n${body}\n}`)
  .join('\n')}
case $1 in ${Object.keys(lines)
  .map((name) => `${name}) ${name} "$@" ;;`)
  .join(' ')} esac
`

const shells = [['sh'], ['dash'], ['bash', '--posix'], ['busybox', 'sh']]
const has = (program: string) => spawnSync(program, ['--help']).error === undefined

describe('the shell lines for Slurm', () => {
  it('are read by each shell there is', () => {
    for (const [program = '', ...words] of shells) {
      if (!has(program)) continue
      const { status, stderr } = spawnSync(program, [...words, '-n'], { input: text, encoding: 'utf8' })
      assert.equal(status, 0, `${program}: ${stderr}`)
    }
  })

  it('give shellcheck, where there is one, nothing to say', () => {
    if (!has('shellcheck')) return
    // What sets a variable and who reads it are different scripts.
    const elsewhere = '--exclude=SC2034,SC2154'
    const { stdout } = spawnSync('shellcheck', ['--shell=sh', '--severity=warning', elsewhere, '-'], {
      input: text,
      encoding: 'utf8',
    })
    assert.equal(stdout, '')
  })

  for (const [program = '', ...words] of shells)
    it(`tell the wrapper who it is, in ${[program, ...words].join(' ')} where there is one`, () => {
      if (!has(program)) return
      const who = (environment: Readonly<Record<string, string>>) => {
        const ask = `set -u\nnative=77 restart=0\n${table.identity}\necho "$native $restart"`
        // Given a socket, bash takes itself for a remote login and reads the user's files.
        const { stdout } = spawnSync(program, [...words, '-c', ask], {
          env: environment,
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'pipe'],
        })
        return stdout.trim()
      }
      const PATH = process.env['PATH'] ?? ''
      assert.equal(who({ PATH }), '77 0')
      assert.equal(who({ PATH, SLURM_JOB_ID: '12' }), '12 0')
      assert.equal(who({ PATH, SLURM_JOB_ID: '12', SLURM_RESTART_COUNT: '2' }), '12 2')
      const task = { SLURM_ARRAY_JOB_ID: '12', SLURM_ARRAY_TASK_ID: '0' }
      assert.equal(who({ PATH, SLURM_JOB_ID: '15', ...task }), '12_0 0')
      assert.equal(who({ PATH, SLURM_JOB_ID: '12', SLURM_HET_JOB_ID: '12' }), '12 0')
    })

  it('go into the wrapper, which is read as a whole', () => {
    const { status, stderr } = spawnSync('sh', ['-n'], {
      input: wrapperText(table.identity),
      encoding: 'utf8',
    })
    assert.equal(status, 0, stderr)
  })
})
