import { Argument, type Command } from 'commander'
import { newCommand, type Cli } from '../command.ts'
import { exitCodes, type ExitCode } from '../exit-code.ts'
import type { Session } from '../session.ts'

interface TestWords {
  readonly json?: true
}

export function notifyCommand(cli: Cli): Command {
  return newCommand(
    'notify',
    'send one real notice to each notifier of abeyance.yaml, now, and say what came of it',
    'abeyance notify test\nabeyance notify test mail',
  )
    .addArgument(new Argument('<what>', 'a notice to try the way there').choices(['test']))
    .argument('[notifier]', 'to this one alone')
    .option('--json', 'answer a list of { notifier, ok, milliseconds, message } as JSON')
    .action((_: 'test', notifier: string | undefined, words: TestWords) =>
      cli.run((session) => test(session, notifier, words)),
    )
}

// Longer than any notifier of ours takes by itself.
const deadline = 60_000

async function test(session: Session, only: string | undefined, { json }: TestWords): Promise<ExitCode> {
  const { readSettings } = await import('../drive.ts')
  const { tryNotifiers } = await import('../try-notifiers.ts')
  const { showSpan } = await import('../show-time.ts')
  const { notifiers = {}, notices = [] } = await readSettings(session)
  const ruled = new Set(notices.flatMap(({ to }) => to))
  const trials = await tryNotifiers({
    notifiers,
    only,
    folder: session.folder,
    signal: session.interrupted,
    deadline,
    told({ notifier, ok, milliseconds, message }) {
      if (json) return
      const said = message === undefined ? 'delivered' : message
      session.print(`${ok ? 'ok   ' : 'FAULT'}  ${notifier}: ${said}  ${showSpan(milliseconds)}`)
      if (!ruled.has(notifier))
        session.tell(`${notifier} is told of nothing else: no rule under \`notices\` names it`)
    },
  })
  if (json) session.json(trials)
  return trials.every(({ ok }) => ok) ? exitCodes.done : exitCodes.failed
}
