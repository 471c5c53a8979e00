import type { Command } from 'commander'
import { AbeyanceError, messageOf } from '../../core/error.ts'
import { modulePath } from '../../core/ids.ts'
import { parseJson, type Json } from '../../core/json.ts'
import { readText } from '../../core/system/files.ts'
import type { WaitAnswer } from '../../workspace/wait-answer.ts'
import { newCommand, type Cli } from '../command.ts'
import { exitCodes, type ExitCode } from '../exit-code.ts'
import type { Session } from '../session.ts'
import { userOf } from '../user-of.ts'

interface AnswerWords {
  readonly approve?: true
  readonly reject?: true
  readonly comment?: string
  readonly value?: string
  readonly valueFile?: string
  readonly failure?: string
  readonly as?: string
  readonly json?: true
}

export function answerCommand(cli: Cli): Command {
  return newCommand(
    'answer',
    'approve or reject what a module asks, or call back in the stead of whoever has its token',
    `abeyance answer last release --approve --comment 'looks right'\nabeyance answer last measured --value '{"score": 7}'`,
  )
    .argument('<run>', 'a run: id, part of it, key, `last`')
    .argument('<module>', 'the module that waits: `abeyance waits` lists them')
    .option('--approve', 'yes, to an approval')
    .option('--reject', 'no, to an approval')
    .option('--comment <text>', 'why, with --approve or --reject; kept with the answer')
    .option('--value <json>', 'success, to a token: what is called back')
    .option('--value-file <file>', 'the same from a file')
    .option('--failure <message>', 'failure, to a token: the module fails with this message')
    .option('--as <name>', 'who answers; your user name when not given')
    .option('--json', 'answer { kind, run, module } as JSON; `kind` is `taken` or `repeated`')
    .action((run: string, module: string, words: AnswerWords) =>
      cli.run((session) => answer(session, { run, module, ...words })),
    )
}

async function answer(
  session: Session,
  { run: text, module, ...words }: AnswerWords & { readonly run: string; readonly module: string },
): Promise<ExitCode> {
  const said = await answerIn(words)
  const { readOnly, readSettings } = await import('../drive.ts')
  const { findRun } = await import('../find-run.ts')
  const by = words.as ?? userOf(session) ?? 'user'
  return readOnly(
    session,
    async (view) => {
      const run = await findRun(view, text)
      const { kind } = await view.answer(run.id, modulePath(module), said, { by })
      if (words.json) session.json({ kind, run: run.id, module })
      else
        session.print(
          kind === 'taken'
            ? `${module} of run ${run.id} is answered; \`abeyance resume\` or \`abeyance watch\` goes on`
            : `${module} of run ${run.id} was answered so before; nothing changed`,
        )
      return exitCodes.done
    },
    await readSettings(session),
  )
}

/** @throws `usage` where it is not exactly one answer */
async function answerIn(words: AnswerWords): Promise<WaitAnswer> {
  const { approve, reject, comment, value, valueFile, failure } = words
  const given = [approve, reject, value, valueFile, failure].filter((one) => one !== undefined)
  if (given.length !== 1)
    throw new AbeyanceError(
      'usage',
      'say one of --approve and --reject to an approval, or one of --value, --value-file and --failure to a token',
    )
  if (approve || reject)
    return { kind: approve ? 'approve' : 'reject', ...(comment !== undefined && { comment }) }
  if (comment !== undefined) throw new AbeyanceError('usage', '--comment goes with --approve or --reject')
  if (failure !== undefined) return { kind: 'failure', message: failure }
  return valueFile === undefined
    ? { kind: 'success', value: parsed('--value', value ?? '') }
    : { kind: 'success', value: parsed(valueFile, await readText(valueFile)) }
}

function parsed(where: string, text: string): Json {
  try {
    return parseJson(text)
  } catch (error) {
    throw new AbeyanceError(
      'usage',
      `${where} is no JSON: ${messageOf(error)}; a text is written with quotes, as '"text"'`,
    )
  }
}
