import { Option, type Command } from 'commander'
import { newCommand, type Cli } from '../command.ts'
import { exitCodes, type ExitCode } from '../exit-code.ts'
import type { Session } from '../session.ts'

interface RunsWords {
  readonly state?: string
  readonly json?: true
}

export function runsCommand(cli: Cli): Command {
  return newCommand('runs', 'list the runs of this workspace, oldest first', 'abeyance runs --state open')
    .addOption(
      new Option('--state <state>', 'only those in this state').choices([
        'open',
        'done',
        'failed',
        'cancelled',
      ]),
    )
    .option('--json', 'answer a list of { run, name, state, key, resume, startedAt, endedAt } as JSON')
    .action((words: RunsWords) => cli.run((session) => runs(session, words)))
}

async function runs(session: Session, { state, json }: RunsWords): Promise<ExitCode> {
  const { readOnly } = await import('../drive.ts')
  const { runAnswer } = await import('../run-answer.ts')
  const { showSpan, showTime } = await import('../show-time.ts')
  const { table } = await import('../table.ts')
  return readOnly(session, async (view) => {
    const found = (await view.runs()).filter((run) => state === undefined || run.state === state)
    if (json) session.json(found.map(runAnswer))
    else if (found.length === 0) session.tell('there are no such runs')
    else {
      const rows = found.map(({ id, name, state: now, startedAt, endedAt, key = '' }) => {
        return [id, name, now, showTime(startedAt), showSpan((endedAt ?? Date.now()) - startedAt), key]
      })
      session.print(table(['RUN', 'PIPELINE', 'STATE', 'STARTED', 'TOOK', 'KEY'], rows))
    }
    return exitCodes.done
  })
}
