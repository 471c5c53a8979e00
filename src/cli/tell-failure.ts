import type { JobKey } from '../core/ids.ts'
import type { WorkspaceView } from '../workspace/workspace.ts'
import { diskHint, type WorkFolderOf } from './disk-hint.ts'
import { shortKey } from './find-job.ts'
import { lastLines } from './last-lines.ts'
import type { Session } from './session.ts'

export interface ToldFailure {
  readonly module: string
  readonly message: string
  readonly job?: JobKey | undefined
}

/** What failed, with the last lines of its job's errors and how to see all; in one piece, whatever else is told meanwhile. */
export async function tellFailure(
  session: Session,
  view: WorkspaceView,
  { module, message, job }: ToldFailure,
  workFolderOf: WorkFolderOf,
): Promise<void> {
  const record = job && (await view.job(job))
  // Many messages begin with the name of the module, of an element with its value too.
  const name = [module, record?.name ?? module].find((one) => message.startsWith(`${one}: `))
  const said = name === undefined ? message : message.slice(name.length + 2)
  const lines = [`${name ?? module} failed: ${said}`]
  if (job !== undefined) {
    const last = await lastLines(view, job, { stream: 'stderr', lines: 5 })
    const hint = record && (await diskHint(record, [message, ...last], workFolderOf))
    lines.push(...last.map((line) => `  | ${line}`), ...(hint === undefined ? [] : [`  ${hint}`]))
    lines.push(
      `  all of it: abeyance logs ${shortKey(job)} --stderr; its history: abeyance show ${shortKey(job)}`,
    )
  }
  session.tell(lines.join('\n'))
}
