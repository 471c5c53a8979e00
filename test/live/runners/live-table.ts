import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { nativeId, tag } from '../../../src/core/ids.ts'
import { quote } from '../../../src/core/quote.ts'
import type { Resources } from '../../../src/pipeline/settings.ts'
import { jobFiles } from '../../../src/runners/job-files.ts'
import { processFacts } from '../../../src/runners/process-facts.ts'
import type { AccountedJob, QueuedJob, Scheduler } from '../../../src/runners/scheduler.ts'
import { wrapperText } from '../../../src/runners/wrapper.ts'
import { eventually, script, submission } from '../../runners/job-host.ts'
import { sshConfig } from '../servers/servers.ts'

export interface Answer {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** Runs text as an ordinary user on the login host. */
export function ssh(text: string): Answer {
  const { status, stdout, stderr } = spawnSync('ssh', ['-F', sshConfig, 'live', 'exec /bin/sh -s'], {
    input: `{\n${text}\n} </dev/null\n`,
    encoding: 'utf8',
    timeout: 60_000,
  })
  return { code: status, out: stdout, err: stderr }
}

/** The shell lines of a table, each called on the login host of a real scheduler. */
export interface LiveTable {
  /** Answers the native id, or `verdict: fault`. The folder holds characters that a scheduler could take for its own. */
  submit(command: string, more?: { resources?: Resources; table?: Scheduler; folder?: string }): string
  /** Of the last job. */
  tag(): string
  read(file: string): string
  /** Lets the last job go on that waits in `untilLet`. */
  letGo(): void
  call(lines: string, ...words: readonly string[]): Answer
  list(): ReadonlyMap<string, QueuedJob>
  phase(id: string, ...phases: readonly QueuedJob['phase'][]): Promise<QueuedJob>
  account(id: string): Promise<AccountedJob>
  find(name: string): Answer
  isGone(id: string): boolean
  close(): void
}

/** A command that waits until the test lets it go on: however busy the machine is, it is seen to run. */
export const untilLet = 'until [ -e ../../go ]; do sleep 0.2; done'

export function liveTable(table: Scheduler, letter: string): LiveTable {
  const queue = table.queue ?? assert.fail('it has a queue')
  const mark = Date.now().toString(36)
  const jobs: string[] = []
  const begun = Math.floor(Date.now() / 1000)
  let count = 0
  let last = ''
  const call: LiveTable['call'] = (lines, ...words) =>
    ssh(`act() {\n${lines}\n}\nact ${words.map(quote).join(' ')}`)
  const live: LiveTable = {
    submit(command, { resources = {}, table: other = table, folder = "it's a:b,c" } = {}) {
      const name = tag(`j${letter}${mark}${++count}`)
      last = `abeyance ${mark}/${folder}/${name}`
      const job = submission(name, script(command, { resources }))
      const files = { ...jobFiles(job, []), wrapper: wrapperText(other.identity) }
      const writes = Object.entries(files).map(([file, text]) => `printf '%s\\n' ${quote(text)} >job/${file}`)
      const { out, err } = ssh(`${processFacts}
folder="$HOME"/${quote(last)}
mkdir -p "$folder/job" "$folder/../spool" && cd "$folder" || exit 1
${writes.join('\n')}
chmod +x job/script
submit() {
${other.submit(job)}
}
if submit; then echo "$native"; else echo "$verdict: $fault"; fi`)
      assert.equal(err, '')
      if (/^\d+/.test(out)) jobs.push(out.trim())
      return out.trim()
    },
    tag: () => last.replace(/.*\//, ''),
    letGo: () => void ssh(`: >"$HOME"/${quote(`${last}/go`)}`),
    read: (file) => ssh(`cat "$HOME"/${quote(`${last}/${file}`)}`).out,
    call,
    list() {
      const { code, out, err } = call(queue.list)
      assert.equal(code, 0, err)
      const answer = queue.readQueue(out)
      assert.deepEqual(answer.unread, [])
      return answer.jobs
    },
    phase: (id, ...phases) =>
      eventually(async () => {
        const job = live.list().get(id) ?? assert.fail(`${id} is not listed`)
        assert.ok(phases.includes(job.phase), JSON.stringify(job))
        return job
      }),
    account: (id) =>
      eventually(async () => {
        const { code, out, err } = call(queue.account, id)
        assert.equal(code, 0, err)
        const job = queue.readAccounting(out).get(nativeId(id))
        assert.ok(job?.phase === 'ended', out)
        return job
      }),
    find: (name) => call(queue.find, name, String(begun)),
    isGone: (id) => call(table.gone, id).code === 0,
    close() {
      call(queue.cancel, ...jobs)
      ssh(`rm -rf "$HOME"/${quote(`abeyance ${mark}`)}`)
    },
  }
  return live
}
