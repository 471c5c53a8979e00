import { v7 } from 'uuid'
import { AbeyanceError, messageOf } from '../core/error.ts'
import { noticeId } from '../core/ids.ts'
import type { Notice, Notifier } from '../notifiers/notifier.ts'
import { didYouMean } from '../pipeline/nearest.ts'

/** What came of telling one notifier; in JSON these keys stay. */
export interface Trial {
  readonly notifier: string
  readonly ok: boolean
  readonly milliseconds: number
  /** Why it failed. */
  readonly message?: string
}

export interface TrialOptions {
  readonly notifiers: Readonly<Record<string, Notifier>>
  /** This one alone. */
  readonly only: string | undefined
  /** What the notice names as its origin. */
  readonly folder: string
  readonly signal: AbortSignal
  /** Milliseconds that each has. */
  readonly deadline: number
  told(trial: Trial): void
}

/** Sends one real notice to each notifier, past rules, quiet hours and outbox; one after the other, in the order of their names. */
export async function tryNotifiers(options: TrialOptions): Promise<readonly Trial[]> {
  const trials: Trial[] = []
  for (const name of namesOf(options)) {
    const notifier = options.notifiers[name]
    if (notifier === undefined) continue
    const trial = await tryOne(name, notifier, options)
    if (options.signal.aborted) break // who interrupts knows
    trials.push(trial)
    options.told(trial)
  }
  return trials
}

function namesOf({ notifiers, only }: TrialOptions): readonly string[] {
  const known = Object.keys(notifiers).toSorted()
  if (known.length === 0)
    throw new AbeyanceError(
      'invalid-configuration',
      'there is no notifier: name one under `notifiers` in abeyance.yaml, such as `here: { kind: console }`',
    )
  if (only === undefined) return known
  if (known.includes(only)) return [only]
  throw new AbeyanceError(
    'usage',
    `there is no notifier \`${only}\`${didYouMean(only, known)}; there are ${known.join(', ')}`,
  )
}

async function tryOne(
  name: string,
  notifier: Notifier,
  { folder, signal, deadline }: TrialOptions,
): Promise<Trial> {
  const from = performance.now()
  const end = (ok: boolean) => ({ notifier: name, ok, milliseconds: Math.round(performance.now() - from) })
  const limit = AbortSignal.any([signal, AbortSignal.timeout(deadline)])
  try {
    await Promise.race([notifier.notify(testNotice(name, folder), { signal: limit }), aborted(limit)])
    return end(true)
  } catch (error) {
    const late = limit.aborted && !signal.aborted
    const message = late ? `it gave no answer within ${deadline} ms` : withoutPromise(messageOf(error))
    return { ...end(false), message }
  }
}

function testNotice(notifier: string, folder: string): Notice {
  return {
    id: noticeId(`test.${v7()}`),
    event: 'test',
    at: Date.now(),
    title: 'Abeyance: a test',
    text: `Notices of the workspace ${folder} arrive here by the notifier ${notifier}.`,
    about: { notifier },
  }
}

/** For a notifier that does not listen to its signal. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const fail = () => reject(new AbeyanceError('aborted', 'it was interrupted'))
    if (signal.aborted) fail()
    else signal.addEventListener('abort', fail, { once: true })
  })
}

// What notifiers say of the outbox does not hold here: a test is told once.
function withoutPromise(message: string): string {
  return message.replace(/[;.] [Ii]t is tried again$/, '')
}
