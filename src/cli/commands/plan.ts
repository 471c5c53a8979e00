import type { Command } from 'commander'
import type { PlanRow } from '../../workspace/workspace.ts'
import { newCommand, type Cli } from '../command.ts'
import { exitCodes, type ExitCode } from '../exit-code.ts'
import type { Session } from '../session.ts'
import { table } from '../table.ts'
import { readWithSettings, startOptions, withStartOptions, type StartWords } from './run.ts'

interface PlanWords extends StartWords {
  readonly json?: true
}

export function planCommand(cli: Cli): Command {
  return withStartOptions(
    newCommand(
      'plan',
      'say what `run` would do with each module, and why; runs nothing',
      'abeyance plan lambda.yaml',
    ),
  )
    .option('--json', 'answer a list of { module, step, why, signature, unknownUntil, destination } as JSON')
    .action((file: string, words: PlanWords) => cli.run((session) => plan(session, file, words)))
}

async function plan(session: Session, file: string, words: PlanWords): Promise<ExitCode> {
  const { planBeside } = await import('../../workspace/plan-beside.ts')
  const document = await readWithSettings(session, file, words)
  const options = await startOptions(document, words)
  const rows = await planBeside(session.folder, document.settings, document.pipeline, options)
  if (words.json) session.json(rows.map(answer))
  else session.print(table(['MODULE', 'STEP', 'DESTINATION', 'WHY'], rows.map(cells)))
  return exitCodes.done
}

function cells({ module, step, destination, why }: PlanRow): readonly string[] {
  const place = destination === undefined ? '' : `${destination.name} (${destination.why})`
  return [module, step, place, why]
}

function answer({ module, step, why, signature, destination }: PlanRow): object {
  return {
    module,
    step,
    why,
    ...(typeof signature === 'string' ? { signature } : { unknownUntil: signature.unknownUntil }),
    ...(destination && { destination: destination.name, destinationWhy: destination.why }),
  }
}
