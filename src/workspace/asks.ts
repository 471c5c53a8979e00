import { AbeyanceError } from '../core/error.ts'
import type { Clock } from '../core/clock.ts'
import { jobKey, type JobKey, type ModulePath, type RunId } from '../core/ids.ts'
import type { Logger } from '../core/logger.ts'
import type { AskedWait } from '../modules/asked-wait.ts'
import { keyedLock } from '../monitor/keyed-lock.ts'
import type { Outbox } from '../monitor/outbox.ts'
import { readRun, type Readable } from '../records/kept-run.ts'
import type { RecordStore } from '../records/record-store.ts'
import type { RunRecord } from '../records/run-record.ts'
import { askedNotice } from './asked-notices.ts'
import { makeToken } from './callback-tokens.ts'
import { openDeadlines } from './deadlines.ts'
import { atDeadline, judgeAnswer } from './judge-answer.ts'
import { askedWait } from './read-wait.ts'
import type { AnswerReceipt, WaitAnswer } from './wait-answer.ts'

/** Waits that somebody answers. They cost nothing while they wait: one timer for all deadlines, none without. */
export interface Asks {
  /** Keeps it under its key, its token and the notices with it, durable as one; gives the one that was kept first. */
  hold(key: JobKey, wait: AskedWait, run: Pick<RunRecord, 'id' | 'name'>): Promise<AskedWait>
  /** The first answer is on disk when it is taken, and final. */
  answer(said: Answering): Promise<AnswerReceipt>
  close(): void
}

export interface Answering {
  readonly run: RunId
  readonly module: ModulePath
  readonly answer: WaitAnswer
  readonly by?: string | undefined
  /** SHA-256 of the token that was shown: one that was made anew since is another. */
  readonly tokenHash?: string | undefined
}

export interface AskOptions {
  readonly store: RecordStore
  readonly outbox: Outbox
  readonly clock: Clock
  readonly logger: Logger
  /** The file with the key that tokens are made with. */
  readonly tokenKey: string
  over(key: JobKey): void
}

export function openAsks(options: AskOptions): Asks {
  const { store, clock, over } = options
  const alone = keyedLock<JobKey>()
  const keeping = keepingOf(options)
  const deadlines = openDeadlines(options, async (key) => {
    await alone([key], async () => {
      const wait = await keeping.read(key)
      if (wait) await keeping.inTime(key, wait)
    })
    over(key)
  })
  return {
    hold: (key, wait, run) =>
      alone([key], async () => {
        const kept = (await keeping.read(key)) ?? (await begin(options, { key, asked: wait, run }))
        const first = await keeping.inTime(key, kept)
        if (first.end || first.deadline === undefined) deadlines.drop(key)
        else deadlines.set(key, first.deadline)
        return first
      }),
    async answer({ run, module, answer, by, tokenHash }) {
      const key = jobKey(`${run}/${module}`)
      const what = `module ${module} of run ${run}`
      const receipt = await alone([key], async (): Promise<AnswerReceipt> => {
        const kept = await keeping.read(key)
        if (!kept) throw notAsked(what)
        if (tokenHash !== undefined && (kept.kind !== 'token' || kept.made?.hash !== tokenHash))
          throw unknownToken()
        const wait = await keeping.inTime(key, kept)
        const ended = judgeAnswer(wait, { answer, by, at: clock.now(), what })
        if (!ended) return { kind: 'repeated' }
        await assertOpen(store, run, what)
        await keeping.keep(key, ended)
        deadlines.drop(key)
        return { kind: 'taken' }
      })
      over(key)
      return receipt
    },
    close: () => deadlines.close(),
  }
}

function keepingOf({ store, clock }: AskOptions) {
  const keep = (key: JobKey, wait: AskedWait) => store.put([{ kind: 'wait', key, value: { ...wait } }])
  return {
    keep,
    async read(key: JobKey) {
      const kept = await store.get({ kind: 'wait', key })
      return kept === undefined ? undefined : askedWait(key, kept)
    },
    /** With its end where the deadline has passed: on disk before anything is made of it. */
    async inTime(key: JobKey, wait: AskedWait): Promise<AskedWait> {
      if (wait.end || wait.deadline === undefined || clock.now() < wait.deadline) return wait
      const ended = atDeadline(wait, wait.deadline)
      await keep(key, ended)
      return ended
    },
  }
}

interface Beginning {
  readonly key: JobKey
  readonly asked: AskedWait
  readonly run: Pick<RunRecord, 'id' | 'name'>
}

async function begin(
  { store, outbox, tokenKey }: AskOptions,
  { key, asked, run }: Beginning,
): Promise<AskedWait> {
  const wait = asked.kind === 'token' ? { ...asked, made: await makeToken(tokenKey, key) } : asked
  const notices = outbox.entriesFor(askedNotice(run, key, wait))
  await store.put([{ kind: 'wait', key, value: { ...wait } }, ...notices])
  outbox.poke()
  return wait
}

function notAsked(what: string): AbeyanceError {
  return new AbeyanceError('unknown-wait', `${what} waits for no answer; \`abeyance waits\` lists what does`)
}

export function unknownToken(): AbeyanceError {
  return new AbeyanceError('unknown-wait', 'nothing waits for this token, or not any more')
}

/** @throws `invalid-state` */
export async function assertOpen(store: Readable, id: RunId, what: string): Promise<void> {
  const run = await readRun(store, id)
  if (run?.state === 'open') return
  throw new AbeyanceError('invalid-state', `${what} waits no more: its run is ${run?.state ?? 'gone'}`)
}
