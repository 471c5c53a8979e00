import type { Command } from 'commander'
import { newCommand, type Cli } from '../command.ts'
import { exitCodes, type ExitCode } from '../exit-code.ts'
import type { Session } from '../session.ts'

interface TestWords {
  readonly json?: true
}

export function notifyCommand(cli: Cli): Command {
  const notify = newCommand('notify', 'try the notifiers of abeyance.yaml', 'abeyance notify test')
  return notify.addCommand(
    newCommand(
      'test',
      'send one real notice to each notifier, now, and say what came of it; ends with 1 where one was not delivered',
      'abeyance notify test mail',
    )
      .argument('[notifier]', 'this one alone')
      .option('--json', 'answer a list of { notifier, ok, milliseconds, message } as JSON')
      .action((notifier: string | undefined, words: TestWords) =>
        cli.run((session) => test(session, notifier, words)),
      ),
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
