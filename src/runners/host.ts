import { randomUUID } from 'node:crypto'
import { AbeyanceError } from '../core/error.ts'
import type { Transport } from '../transports/transport.ts'
import { arraySizes, type ArraySizes } from './array-sizes.ts'
import { attemptFolders, type AttemptFolders } from './attempt-folder.ts'
import { lookScript, type LookItems } from './look-script.ts'
import { parseLook, type LookNews } from './parse-look.ts'
import type { CallOptions, RunnerContext } from './runner.ts'
import type { Scheduler } from './scheduler.ts'

/** What the acts of a command-driven runner share. */
export interface Host {
  readonly scheduler: Scheduler
  readonly context: RunnerContext
  readonly folders: AttemptFolders
  readonly arrays: ArraySizes
  /** Runs a script on the machine; rejects where it did not get to run. */
  ask(script: string, options: CallOptions & { readonly deadline?: number }): Promise<Uint8Array>
  look(question: LookItems, options: CallOptions): Promise<LookNews>
}

/** A word that no job can know or guess. */
export function makeNonce(): string {
  return randomUUID().replaceAll('-', '')
}

export function makeHost(scheduler: Scheduler, context: RunnerContext): Host {
  const folders = attemptFolders(context.workFolder, context.workspace)
  let rooted = false
  const ask: Host['ask'] = async (script, { deadline = 60_000, signal }) => {
    const answer = await context.transport.run(script, { deadline, ...(signal && { signal }) })
    return answer.stdout
  }
  return {
    scheduler,
    context,
    folders,
    arrays: arraySizes(scheduler, context.arrays, context.logger),
    ask,
    async look(question, options) {
      const nonce = makeNonce()
      const answer = await ask(lookScript(folders.root, nonce, scheduler, question), options)
      const news = parseLook(answer, nonce, { ...question, rooted }, scheduler.queue)
      if (!news.begun) throw notAnswered(context.transport, answer)
      rooted ||= news.rooted
      return news
    },
  }
}

function notAnswered(transport: Transport, answer: Uint8Array): AbeyanceError {
  const text = new TextDecoder().decode(answer.subarray(0, 500)).trim()
  return new AbeyanceError(
    'transport-failed',
    `${transport.name} did not answer as a POSIX shell does${text && `; it said: ${text}`}`,
  )
}
