import { AbeyanceError } from '../core/error.ts'
import type { RunRecord } from '../records/run-record.ts'
import type { WorkspaceView } from '../workspace/workspace.ts'

/**
 * The run that a user names: its id, an unambiguous beginning or ending of it, its key, or `last`.
 * @throws `unknown-run`, `usage` with the candidates where several fit
 */
export async function findRun(view: WorkspaceView, text: string): Promise<RunRecord> {
  const found = await matchRuns(view, text)
  const [run, ...others] = found
  if (run === undefined)
    throw new AbeyanceError('unknown-run', `there is no run \`${text}\` here; \`abeyance runs\` lists them`)
  if (others.length === 0) return run
  const candidates = found.map(({ id, name }) => `\n  ${id}  ${name}`).join('')
  throw new AbeyanceError('usage', `\`${text}\` may be any of these runs; write more of it:${candidates}`)
}

/** All runs that the text may name; one alone where it is exact. */
export async function matchRuns(
  view: Pick<WorkspaceView, 'runs'>,
  text: string,
): Promise<readonly RunRecord[]> {
  const runs = await view.runs()
  const newest = runs.toSorted((a, b) => (a.id < b.id ? 1 : -1))[0]
  if (text === 'last') return newest === undefined ? [] : [newest]
  const exact = runs.find(({ id, key }) => id === text || key === text)
  if (exact !== undefined) return [exact]
  return text.length < 4 ? [] : runs.filter(({ id }) => id.startsWith(text) || id.endsWith(text))
}
