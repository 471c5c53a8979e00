import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { eventually } from '../../src/testing/eventually.ts'
import { ended, ranges, submission, trial, waitFor } from '../../src/testing/trial-job.ts'
import type { PulsarSubject } from './pulsar-subject.ts'

const words = 'slurmstepd: 😀 warning\n'

/** Reads what is said around a job while it runs, also as the next process would, and finds it kept when it has ended. */
export async function followAround(on: PulsarSubject, patience: number): Promise<void> {
  // As a scheduler does, into the file that the server has for it.
  const say = `until [ -e ../job_stderr ]; do sleep 0.1; done; printf '${words}' >>../job_stderr`
  const job = submission(trial(`${say}; ${waitFor(`${on.shared}/go`)}`))
  const { tag, spec } = job
  assert.equal((await on.runner.submit([job], {})).get(tag)?.kind, 'accepted')
  const heard = async (runner: typeof on.runner, offset: number) => {
    const range = { tag, incarnation: 1, stream: 'job_stderr', offset, limit: 65_536 } as const
    const [answer] = await ranges(runner, [range])
    return answer?.kind === 'chunk' ? new TextDecoder().decode(answer.bytes) : ''
  }
  const before = await eventually('what is said around it', patience, async () => {
    const text = await heard(on.runner, 0)
    return text.endsWith(words) ? text.slice(0, -words.length) : undefined
  })
  assert.equal(await heard(await on.again(), Buffer.byteLength(before)), words)
  await writeFile(join(on.shared, 'go'), '')
  const { incarnation, exit } = await ended(on.runner, tag, patience)
  assert.deepEqual(exit, { kind: 'code', code: 0 })
  const answer = await on.runner.fetch({ tag, incarnation, spec, outputs: true }, {})
  assert.equal(answer.kind, 'fetched')
  const kept = await readFile(join(on.context.logFolder, `${tag}.1.job_stderr`), 'utf8')
  assert.ok(kept.includes(words), kept)
}
