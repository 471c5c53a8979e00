import type { Command } from 'commander'
import { newCommand, type Cli } from '../command.ts'
import { exitCodes, type ExitCode } from '../exit-code.ts'
import type { Session } from '../session.ts'

interface GcWords {
  readonly dryRun?: true
  readonly olderThan?: string
  readonly json?: true
}

export function gcCommand(cli: Cli): Command {
  return newCommand(
    'gc',
    'remove what nothing needs any more: old runs, their jobs, outputs and files, and folders of jobs on each machine by `retention`; never of an open run',
    'abeyance gc --dry-run --older-than 30d',
  )
    .option('--dry-run', 'say what would go, remove nothing')
    .option('--older-than <time>', 'only runs that ended so long ago, such as 30d or 12h')
    .option('--json', 'answer { runs, jobs, outputs, objects, bytes, released, cleaned } as JSON')
    .action((words: GcWords) => cli.run((session) => gc(session, words)))
}

async function gc(session: Session, { dryRun, olderThan, json }: GcWords): Promise<ExitCode> {
  const { driveExisting, readSettings } = await import('../drive.ts')
  const { duration } = await import('../../core/duration.ts')
  const { showSize } = await import('../show-size.ts')
  const { cleaningLines } = await import('../cleaning-lines.ts')
  const { releasedLines } = await import('../released-lines.ts')
  const age = olderThan === undefined ? {} : { olderThan: duration(olderThan) }
  return driveExisting(session, await readSettings(session), async (workspace) => {
    const answer = await workspace.gc({ ...age, dryRun: dryRun === true })
    if (json) session.json(answer)
    else {
      const { runs, jobs, outputs, objects, bytes, released, cleaned } = answer
      const what = `${runs.length} runs, ${jobs.length} jobs, ${outputs} outputs, ${objects} files (${showSize(bytes)})`
      session.print(dryRun ? `would remove ${what}` : `removed ${what}`)
      for (const line of releasedLines(released, dryRun)) session.print(line)
      for (const cleaning of cleaned) for (const line of cleaningLines(cleaning, dryRun)) session.print(line)
    }
    return exitCodes.done
  })
}
