import type { Command } from 'commander'
import { modulePath } from '../../core/ids.ts'
import { newCommand, type Cli } from '../command.ts'
import { exitCodes, type ExitCode } from '../exit-code.ts'
import type { Session } from '../session.ts'

interface ExplainWords {
  readonly against?: string
  readonly json?: true
}

export function explainCommand(cli: Cli): Command {
  return newCommand(
    'explain',
    'say why a module has another signature than in an earlier run: the first thing that differs',
    'abeyance explain last gel',
  )
    .argument('<run>', 'the run: its id, a part of it, its key, or `last`')
    .argument('<module>', 'the module, such as gel or outer/inner')
    .option('--against <run>', 'the run to compare with; else the one of this pipeline before')
    .option('--json', 'answer { kind, against, module, component, sentence } as JSON')
    .action((run: string, module: string, words: ExplainWords) =>
      cli.run((session) => explain(session, { run, module, ...words })),
    )
}

async function explain(
  session: Session,
  { run, module, against, json }: ExplainWords & { readonly run: string; readonly module: string },
): Promise<ExitCode> {
  const { readOnly, readSettings } = await import('../drive.ts')
  const settings = await readSettings(session)
  const { findRun } = await import('../find-run.ts')
  return readOnly(
    session,
    async (view) => {
      const { id } = await findRun(view, run)
      const other = against === undefined ? {} : { against: (await findRun(view, against)).id }
      const explanation = await view.explain(id, modulePath(module), other)
      if (json) session.json(explanation)
      else session.print(explanation.sentence)
      return exitCodes.done
    },
    settings,
  )
}
