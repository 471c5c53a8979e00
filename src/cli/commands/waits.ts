import type { Command } from 'commander'
import { newCommand, type Cli } from '../command.ts'
import { exitCodes, type ExitCode } from '../exit-code.ts'
import type { Session } from '../session.ts'

interface WaitsWords {
  readonly json?: true
}

export function waitsCommand(cli: Cli): Command {
  return newCommand(
    'waits',
    'list what open runs wait for that is no job: people, calls, times, files; and how to answer',
    'abeyance waits\nabeyance waits last --json',
  )
    .argument('[run]', 'only those of a run: id, part of it, key, `last`')
    .option('--json', 'answer a list of { run, name, module, kind, ... } as JSON')
    .action((run: string | undefined, words: WaitsWords) =>
      cli.run((session) => waits(session, { ...words, run })),
    )
}

async function waits(
  session: Session,
  { run: text, json }: WaitsWords & { readonly run: string | undefined },
): Promise<ExitCode> {
  const { readOnly } = await import('../drive.ts')
  const { findRun } = await import('../find-run.ts')
  const { waitAnswer } = await import('../run-answer.ts')
  const { waitLines } = await import('../wait-words.ts')
  return readOnly(session, async (view) => {
    const only = text === undefined ? undefined : (await findRun(view, text)).id
    const found = (await view.waits()).filter(({ run }) => only === undefined || run === only)
    if (json) session.json(found.map(({ run, name, on }) => ({ run, name, ...waitAnswer(on) })))
    else if (found.length === 0)
      session.tell('no open run waits for anything but jobs; `abeyance jobs` lists these')
    for (const wait of json ? [] : found) for (const line of waitLines(wait)) session.print(line)
    return exitCodes.done
  })
}
