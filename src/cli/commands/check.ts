import type { Command } from 'commander'
import { isAbeyanceError, type AbeyanceError } from '../../core/error.ts'
import type { AnyModuleType } from '../../modules/module-type.ts'
import { newCommand, type Cli } from '../command.ts'
import { exitCodes, type ExitCode } from '../exit-code.ts'
import type { Session } from '../session.ts'

interface CheckWords {
  readonly json?: true
}

export function checkCommand(cli: Cli): Command {
  return newCommand(
    'check',
    'say all that is wrong with a document, and with abeyance.yaml; runs nothing',
    'abeyance check lambda.yaml',
  )
    .argument('<file>', "the pipeline's document, YAML or JSON")
    .option('--json', 'answer { problems: [{ file, line, column, code, message, hint }] } as JSON')
    .action((file: string, words: CheckWords) => cli.run((session) => check(session, file, words)))
}

async function check(session: Session, file: string, { json }: CheckWords): Promise<ExitCode> {
  const { checkPipelineFile } = await import('../read-pipeline-file.ts')
  const { renderProblem } = await import('../../pipeline/problem.ts')
  const { types, fault } = await typesOf(session)
  const problems = await checkPipelineFile(file, types)
  const ofConfiguration = fault?.details.problems
  if (json)
    session.json({ problems: [...(Array.isArray(ofConfiguration) ? ofConfiguration : []), ...problems] })
  else {
    if (fault) session.print(fault.message)
    for (const problem of problems) session.print(renderProblem(problem))
    if (!fault && problems.length === 0) session.print(`${file}: no problems`)
  }
  return fault || problems.length > 0 ? exitCodes.usage : exitCodes.done
}

/** The module types that the configuration names; what is wrong with it is told beside what is wrong with the document. */
async function typesOf(
  session: Session,
): Promise<{ readonly types: readonly AnyModuleType[]; readonly fault?: AbeyanceError }> {
  const { readSettings } = await import('../drive.ts')
  try {
    return { types: (await readSettings(session)).modules ?? [] }
  } catch (error) {
    if (!isAbeyanceError(error, 'invalid-configuration')) throw error
    return { types: [], fault: error }
  }
}
