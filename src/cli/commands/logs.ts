import type { Command } from 'commander'
import { newCommand, type Cli } from '../command.ts'
import { count } from '../count.ts'
import { exitCodes, type ExitCode } from '../exit-code.ts'
import type { Session } from '../session.ts'
import type { LogWords } from '../write-log.ts'

export function logsCommand(cli: Cli): Command {
  return newCommand(
    'logs',
    'write what a job wrote, byte for byte; from its start unless said otherwise',
    'abeyance logs last:digest[0] --follow\nabeyance logs 3f2a9c01d4e7 --stderr --last 4096',
  )
    .argument('<job>', 'part of its key, its tag, or RUN:MODULE')
    .option('-f, --follow', 'go on until the job ends')
    .option('--stderr', 'standard error instead of standard output')
    .option('--last <bytes>', 'only the last bytes', count)
    .option('--from <offset>', 'from this byte on', count)
    .option('--attempt <number>', 'of an earlier attempt', count)
    .action((text: string, words: LogWords) => cli.run((session) => logs(session, text, words)))
}

async function logs(session: Session, text: string, words: LogWords): Promise<ExitCode> {
  const { readOnly, readSettings } = await import('../drive.ts')
  const settings = await readSettings(session, { code: false })
  const { findJob } = await import('../find-job.ts')
  const { writeLog } = await import('../write-log.ts')
  return readOnly(
    session,
    async (view) => {
      await writeLog(session, view, await findJob(view, text), words)
      return exitCodes.done
    },
    settings,
  )
}
