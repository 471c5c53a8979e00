import { nativeId, type NativeId, type Tag } from '../../core/ids.ts'
import type { RunnerContext } from '../runner.ts'
import { openAttempts, type Attempts } from './attempts.ts'
import { homeOf } from './home.ts'
import type { Door } from './endpoint/open-door.ts'
import type { Call, PulsarServer } from './server.ts'
import type { StagingWay } from './stage.ts'

/** Who finds what jobs load: environment modules on their machine, or the server's own dependency resolution. */
export type Dependencies = 'modules' | 'server'

/** What the acts of the runner share. */
export interface Hold {
  readonly server: PulsarServer
  readonly context: RunnerContext
  readonly attempts: Attempts
  readonly staging: StagingWay
  readonly dependencies: Dependencies
  /** Where jobs' machines fetch files from us and bring them, with `pull`. */
  readonly door?: Door
  /** Nothing can be read over there: what is known of it was brought. */
  readonly isBlind?: boolean
  /** What the server calls itself, once it was told. */
  version?: string | undefined
  /** Whether the manager gives jobs ids of its own; undefined before the first job was set up. */
  assigns?: boolean
}

export function makeHold(parts: Pick<Hold, 'server' | 'context' | 'staging'> & Partial<Hold>): Hold {
  return { dependencies: 'modules', attempts: openAttempts(), ...parts }
}

/** A small text file of an attempt's, without the end of its line; undefined where the server gives none. */
export async function readText(
  { server }: Hold,
  tag: Tag,
  name: string,
  call: Call,
): Promise<string | undefined> {
  const bytes = await server.read(tag, name, call)
  return bytes && new TextDecoder().decode(bytes).replace(/\n$/, '')
}

/** The server's own id for a job: ours, unless it gave it one, or had to be given another, which is then written down there. */
export async function findNative(hold: Hold, tag: Tag, call: Call): Promise<NativeId> {
  const attempt = hold.attempts.of(tag)
  if (attempt.native !== undefined) return attempt.native
  if (hold.assigns === false && hold.door === undefined) return nativeId(tag)
  const given = await readText(hold, tag, homeOf(tag).native, call)
  if (given !== undefined && given !== '') attempt.native = nativeId(given)
  // Only who submits it sets it up under another id.
  else if (hold.assigns === false) attempt.native = nativeId(tag)
  return attempt.native ?? nativeId(tag)
}
