import { AbeyanceError } from '../core/error.ts'
import { quote } from '../core/quote.ts'
import type { Tag, WorkspaceId } from '../core/ids.ts'
import type { Stream } from './runner.ts'

/**
 * Where everything of an attempt is, on the machine where it runs; never a path that a pipeline names.
 *
 *     <work folder>/<workspace>/spool/<tag>.<N>.start|end    hints of what happened, for whoever watches
 *     <work folder>/<workspace>/<tag>/
 *       inputs/<port>/<name>      what was staged, before submission
 *       job/                      command, script, wrapper, manifest, walltime, container: made under another name, moved here whole
 *       submitting.N              who submitted, the N-th time it was needed: host, pid, start time, boot
 *       native                    what the scheduler answered
 *       claim.N                   who owns incarnation N, or that nobody may
 *       duplicate.NONCE           a wrapper that came second and ran nothing
 *       run.N/work/               where the command runs and its outputs appear
 *       run.N/stdout, stderr, group, overdue, exit
 */
export interface AttemptFolders {
  /** Of the workspace. */
  readonly root: string
  readonly spool: string
  of(tag: Tag): string
  inputs(tag: Tag): string
  run(tag: Tag, incarnation: number): string
  work(tag: Tag, incarnation: number): string
  stream(tag: Tag, incarnation: number, stream: Stream): string
}

/** The layout under a work folder, absolute or starting with `~/`. */
export function attemptFolders(workFolder: string, workspace: WorkspaceId): AttemptFolders {
  if (!/^(\/|~\/)/.test(workFolder) || workFolder.includes('\n') || workFolder.includes('\0'))
    throw new AbeyanceError(
      'invalid-configuration',
      `the work folder ${JSON.stringify(workFolder)} must be an absolute path or start with ~/`,
    )
  const root = `${workFolder.replace(/\/+$/, '')}/${workspace}`
  const run = (tag: Tag, incarnation: number) => `${root}/${tag}/run.${incarnation}`
  return {
    root,
    spool: `${root}/spool`,
    of: (tag) => `${root}/${tag}`,
    inputs: (tag) => `${root}/${tag}/inputs`,
    run,
    work: (tag, incarnation) => `${run(tag, incarnation)}/work`,
    stream: (tag, incarnation, stream) => `${run(tag, incarnation)}/${stream}`,
  }
}

/** A path for a shell, which alone knows what `~` is there. */
export function shellPath(path: string): string {
  return path.startsWith('~/') ? `"$HOME"/${quote(path.slice(2))}` : quote(path)
}
