import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { describe, it } from 'mocha'
import { nativeId, tag, workspaceId } from '../../src/core/ids.ts'
import { attemptFolders } from '../../src/runners/attempt-folder.ts'
import { jobFiles } from '../../src/runners/job-files.ts'
import { cancelScript } from '../../src/runners/cancel-jobs.ts'
import { cancelScript as cancelQueuedScript } from '../../src/runners/cancel-queued.ts'
import { cleanScript } from '../../src/runners/clean-jobs.ts'
import { lookScript } from '../../src/runners/look-script.ts'
import { measureScript } from '../../src/runners/measure-disk.ts'
import { processes } from '../../src/runners/local.ts'
import { slurmScheduler } from '../../src/runners/slurm.ts'
import { submitScript } from '../../src/runners/submit-script.ts'
import { startScript } from '../../src/runners/pulsar/start-script.ts'
import { watching } from '../../src/runners/pulsar/watching.ts'
import { wrapperText } from '../../src/runners/wrapper.ts'
import { script, submission } from './job-host.ts'

const tags = [tag('jone'), tag('jtwo')]
const root = '~/work folder/w'
const job = submission(tag('jone'), script("echo 'hello'", { resources: { time: '1h' } }))
const ranges = [{ tag: tag('jone'), incarnation: 1, stream: 'stdout', offset: -5, limit: 10 } as const]
const wrapper = wrapperText(processes.identity)
const slurm = slurmScheduler({ prelude: 'PATH=/opt/slurm/bin:$PATH' })
assert.ok(slurm.queue)
const known = new Map([[tags[0] ?? tag('jone'), { incarnation: 1, startedAt: 0, nativeId: nativeId('1') }]])
const asking = {
  doubtful: tags,
  urgent: new Set(tags),
  known,
  ranges,
  may: { queue: true, accounting: true },
}
const host = { scheduler: slurm, folders: attemptFolders('~/work folder', workspaceId('w')) }
const scripts = {
  wrapper,
  submit: submitScript(root, 'nonce', processes, wrapper, [{ job, files: jobFiles(job, []) }]),
  look: lookScript(root, 'nonce', processes, { doubtful: tags, ranges }),
  cancel: cancelScript(root, 'nonce', processes, tags),
  clean: cleanScript(root, 'nonce', processes, tags),
  measure: measureScript(root, 'nonce'),
  'submit to a queue': submitScript(root, 'nonce', slurm, wrapper, [{ job, files: jobFiles(job, []) }]),
  'look at a queue': lookScript(root, 'nonce', slurm, asking),
  'cancel in a queue': cancelQueuedScript(host, slurm.queue, 'nonce', asking, true),
  'clean after a queue': cleanScript(root, 'nonce', slurm, tags, new Set(tags)),
  command: jobFiles(job, [])['command'] ?? '',
  'wrapper on a server': wrapperText('  native=$ABEYANCE_NATIVE restart=0', watching),
  'start on a server': startScript({
    native: nativeId('jone'),
    files: jobFiles(job, []),
    texts: [{ path: "a/it's", text: 'text' }],
    sent: [{ path: 'b', from: 'sent.1/0', how: 'mv' }],
    links: [{ path: 'c', target: '../b' }],
  }),
}

const has = (program: string) => spawnSync(program, ['--help']).error === undefined

describe('the scripts', () => {
  for (const [name, text] of Object.entries(scripts)) {
    it(`${name} is read by each shell there is`, () => {
      for (const shell of [['sh'], ['dash'], ['bash', '--posix'], ['busybox', 'sh']]) {
        const [program = '', ...words] = shell
        if (!has(program)) continue
        const { status, stderr } = spawnSync(program, [...words, '-n'], { input: text, encoding: 'utf8' })
        assert.equal(status, 0, `${program}: ${stderr}`)
      }
    })

    it(`${name} gives shellcheck, where there is one, nothing to say`, () => {
      assert.notEqual(text, '')
      if (!has('shellcheck')) return
      // One script has parts that another uses, so a function or variable may go unused in it.
      const unused = '--exclude=SC2034,SC2317,SC2154'
      const { stdout } = spawnSync('shellcheck', ['--shell=sh', '--severity=warning', unused, '-'], {
        input: text,
        encoding: 'utf8',
      })
      assert.equal(stdout, '')
    })
  }
})
