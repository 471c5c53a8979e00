import { AbeyanceError } from '../core/error.ts'
import type { Tag, WorkspaceId } from '../core/ids.ts'
import type { OwnStream } from './streams.ts'

/**
 * Where everything of an attempt is, on the machine where it runs; never a path that a pipeline names.
 *
 *     <work folder>/<workspace>/spool/<tag>.<N>.start|end    hints of what happened, for whoever watches
 *     <work folder>/<workspace>/cache/<SHA-256>              what was sent, by its content; inputs are links to it
 *     <work folder>/<workspace>/kept/<SHA-256>               outputs that stay, for as long as a record names them
 *     <work folder>/<workspace>/arrays/<name>/               of jobs that went in one submission: their tags in `list`, `start`, `native`
 *     <work folder>/<workspace>/<tag>/
 *       inputs/<port>/<name>      what was staged, before submission
 *       job/                      command, script, wrapper, manifest, walltime, container, variables; `whole` when all of it is there
 *       submitting.N              who submitted, the N-th time it was needed: host, pid, start time, boot, when, and `<array>.<number>`
 *       native                    what the scheduler answered
 *       claim.N                   who owns incarnation N, or that nobody may
 *       duplicate.NONCE           a wrapper that came second and ran nothing
 *       run.N/work/               where the command runs and its outputs appear
 *       run.N/stdout, stderr, group, inside, overdue, passed, exit
 */
export interface AttemptFolders {
  /** Of the workspace. */
  readonly root: string
  readonly spool: string
  readonly cache: string
  readonly kept: string
  of(tag: Tag): string
  inputs(tag: Tag): string
  run(tag: Tag, incarnation: number): string
  work(tag: Tag, incarnation: number): string
  stream(tag: Tag, incarnation: number, stream: OwnStream): string
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
    cache: `${root}/cache`,
    kept: `${root}/kept`,
    of: (tag) => `${root}/${tag}`,
    inputs: (tag) => `${root}/${tag}/inputs`,
    run,
    work: (tag, incarnation) => `${run(tag, incarnation)}/work`,
    stream: (tag, incarnation, stream) => `${run(tag, incarnation)}/${stream}`,
  }
}
