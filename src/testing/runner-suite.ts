import { askOfCancel } from './ask-of-cancel.ts'
import { askOfEnds } from './ask-of-ends.ts'
import { askOfOutputs } from './ask-of-outputs.ts'
import { askOfSubmitting } from './ask-of-submitting.ts'
import { askOfWords } from './ask-of-words.ts'
import { asking, type Harness } from './harness.ts'
import type { RunnerSubject } from './runner-subject.ts'

/**
 * Asks a runner whether it keeps the contract of `Runner`: every job once, its end with evidence and never guessed, one
 * answer for each job asked, words and streams whole, cancelling that leaves nothing running.
 *
 * ```ts
 * import { test } from 'node:test' // or vitest; with mocha: `{ test: it }`
 * import { runnerSuite } from 'abeyance/testing'
 *
 * runnerSuite({ test }, async () => {
 *   const shared = await mkdtemp('/tmp/runner-')
 *   const machine = cutTransport(local()) // rejects with `unreachable` while it is cut
 *   const open = () => myRunner().open({ transport: machine, workFolder: `${shared}/work`, ... })
 *   const runner = open()
 *   const close = async () => (await runner.close(), rm(shared, { recursive: true }))
 *   return { runner, again: async () => open(), shared, reachable: machine.reachable, close }
 * })
 * ```
 *
 * `patience` is how long a job may take to start or end, in milliseconds; give a scheduler a minute or two.
 */
export function runnerSuite(
  harness: Harness,
  create: () => Promise<RunnerSubject>,
  { patience = 15_000 }: { readonly patience?: number } = {},
): void {
  const ask = asking(harness, async () => ({ ...(await create()), patience }))
  askOfSubmitting(ask)
  askOfEnds(ask)
  askOfWords(ask)
  askOfOutputs(ask)
  askOfCancel(ask)
}
