import { AbeyanceError } from '../core/error.ts'
import { jobKey, modulePath, runId, type JobKey, type ModulePath, type RunId } from '../core/ids.ts'
import { isJsonObject } from '../core/json.ts'
import { readOutcomes, readRuns, type Readable } from '../records/kept-run.ts'
import type { Suspension } from '../records/outcome.ts'
import { assertOpen, unknownToken } from './asks.ts'
import { hashOfToken, tellToken } from './callback-tokens.ts'
import { readWait } from './read-wait.ts'

/** What a module of an open run waits for that is no job of ours (rule R10). */
export interface HeldWait {
  readonly run: RunId
  /** Of its pipeline. */
  readonly name: string
  readonly on: Exclude<Suspension, { kind: 'job' }>
}

/** Of all open runs, oldest first. One that has its end is none any more, also where nobody drove since. */
export async function heldWaits(store: Readable): Promise<readonly HeldWait[]> {
  const waits: HeldWait[] = []
  for (const { id, name, state } of await readRuns(store)) {
    if (state !== 'open') continue
    for (const outcome of (await readOutcomes(store, id)).values())
      if (outcome.kind === 'suspended' && outcome.on.kind !== 'job' && !(await hasEnd(store, outcome.on.key)))
        waits.push({ run: id, name, on: outcome.on })
  }
  return waits
}

/** The token that a module waits for. @throws `unknown-wait`, `invalid-state` where it was answered, or its run is over */
export async function tokenOf(
  store: Readable,
  keyPath: string,
  { run, module }: { readonly run: RunId; readonly module: ModulePath },
): Promise<string> {
  const key = jobKey(`${run}/${module}`)
  const kept = await store.get({ kind: 'wait', key })
  const wait = kept === undefined ? undefined : readWait(key, kept)
  if (wait?.kind !== 'token' || !wait.made)
    throw new AbeyanceError(
      'unknown-wait',
      `module ${module} of run ${run} waits for no token; \`abeyance waits\` lists what waits`,
    )
  if (wait.end)
    throw new AbeyanceError(
      'invalid-state',
      `the token of module ${module} of run ${run} is spent: ${wait.end.result}`,
    )
  await assertOpen(store, run, `module ${module} of run ${run}`)
  return tellToken(keyPath, key, wait.made)
}

async function hasEnd(store: Readable, key: JobKey): Promise<boolean> {
  const kept = await store.get({ kind: 'wait', key })
  return isJsonObject(kept) && kept['end'] !== undefined
}

/** Which wait a token is for, also one that was answered. @throws `unknown-wait` */
export async function waitOfToken(
  store: Readable,
  token: string,
): Promise<{ readonly run: RunId; readonly module: ModulePath; readonly tokenHash: string }> {
  const tokenHash = hashOfToken(token)
  for await (const { key, value } of store.all('wait')) {
    const wait = readWait(key, value)
    if (wait.kind === 'token' && wait.made?.hash === tokenHash) return { ...placeIn(key), tokenHash }
  }
  throw unknownToken()
}

function placeIn(key: string): { readonly run: RunId; readonly module: ModulePath } {
  const slash = key.indexOf('/')
  return { run: runId(key.slice(0, slash)), module: modulePath(key.slice(slash + 1)) }
}
