import type { Command } from 'commander'
import { newCommand, type Cli } from '../command.ts'
import { exitCodes, type ExitCode } from '../exit-code.ts'
import type { Session } from '../session.ts'

interface DiscardWords {
  readonly json?: true
}

export function discardCommand(cli: Cli): Command {
  return newCommand(
    'discard',
    'forget an ended job: its record, history, logs and folders; numbers of attempts are not used again',
    'abeyance discard 3f2a9c01d4e7',
  )
    .argument('<job>', 'part of its key, its tag, or RUN:MODULE')
    .option('--json', 'answer { job } as JSON')
    .action((text: string, words: DiscardWords) => cli.run((session) => discard(session, text, words)))
}

async function discard(session: Session, text: string, { json }: DiscardWords): Promise<ExitCode> {
  const { readOnly, readSettings } = await import('../drive.ts')
  const settings = await readSettings(session)
  const { findJob } = await import('../find-job.ts')
  return readOnly(
    session,
    async (view) => {
      const { key, name } = await findJob(view, text)
      await view.discardJob(key)
      if (json) session.json({ job: key })
      else session.print(`${name}: forgotten`)
      return exitCodes.done
    },
    settings,
  )
}
