import { Command, Option } from 'commander'
import type { Cli } from '../command.ts'
import { shells, type Shell } from '../complete/shell-script.ts'
import { exitCodes } from '../exit-code.ts'
import type { Session } from '../session.ts'

interface CompleteWords {
  readonly shell: Shell
  readonly line?: string
  readonly word?: string
}

/** Not for people: what the scripts of `completion` ask at each press of the key. It writes nothing and never fails. */
export function completeCommand(cli: Cli): Command {
  const command = new Command('complete')
  return command
    .description('answer what may be written next')
    .addOption(new Option('--shell <shell>').choices(shells).default('zsh'))
    .option('--line <text>', 'the command line up to the cursor, as bash has it')
    .option('--word <text>', 'the last word of it, as bash cuts words')
    .argument('[words...]', 'the words up to the cursor, without the program')
    .action((words: readonly string[], options: CompleteWords) =>
      cli.run(async (session) => {
        await complete(session, command, words, options).catch(() => {})
        return exitCodes.done
      }),
    )
}

async function complete(
  session: Session,
  { parent: program }: Command,
  given: readonly string[],
  { shell, line, word: seen = '' }: CompleteWords,
): Promise<void> {
  if (!program) return
  const { placeOf } = await import('../complete/place-of.ts')
  const { candidatesFor } = await import('../complete/candidates.ts')
  const { knownIn } = await import('../complete/known.ts')
  const { answerLines } = await import('../complete/answer.ts')
  const { wordsOfLine } = await import('../complete/words-of-line.ts')
  const words = line === undefined ? given : wordsOfLine(line).slice(1)
  const place = placeOf(program, words)
  const known = knownIn(place.options.get('workspace') ?? session.folder)
  try {
    const all = await candidatesFor(program, place, known)
    const word = place.before + place.word
    const whole =
      typeof all === 'string' ? all : all.map(([text, said]) => [place.before + text, said] as const)
    // bash gives a lone `:` or `=` as a word of its own, and what follows it as another.
    const [cut = ''] = /^[:=]$/.test(seen) ? [''] : wordsOfLine(seen).slice(-1)
    const skip = line === undefined ? 0 : word.length - cut.length
    for (const one of answerLines(whole, { shell, word, skip })) session.print(one)
  } finally {
    await known.close()
  }
}
