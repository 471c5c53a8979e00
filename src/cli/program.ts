import { Command, CommanderError } from 'commander'
import { AbeyanceError } from '../core/error.ts'
import type { Cli } from './command.ts'
import { answerCommand } from './commands/answer.ts'
import { cancelCommand } from './commands/cancel.ts'
import { checkCommand } from './commands/check.ts'
import { completeCommand } from './commands/complete.ts'
import { completionCommand } from './commands/completion.ts'
import { discardCommand } from './commands/discard.ts'
import { doctorCommand } from './commands/doctor.ts'
import { explainCommand } from './commands/explain.ts'
import { gcCommand } from './commands/gc.ts'
import { initCommand } from './commands/init.ts'
import { jobsCommand } from './commands/jobs.ts'
import { loginCommand } from './commands/login.ts'
import { logsCommand } from './commands/logs.ts'
import { notifyCommand } from './commands/notify.ts'
import { planCommand } from './commands/plan.ts'
import { resumeCommand } from './commands/resume.ts'
import { retryCommand } from './commands/retry.ts'
import { runCommand } from './commands/run.ts'
import { runsCommand } from './commands/runs.ts'
import { serveCommand } from './commands/serve.ts'
import { showCommand } from './commands/show.ts'
import { tokenCommand } from './commands/token.ts'
import { waitsCommand } from './commands/waits.ts'
import { watchCommand } from './commands/watch.ts'
import { exitCodes, type ExitCode } from './exit-code.ts'
import { listenForInterruption } from './interruption.ts'
import { ownVersion } from '../core/own-version.ts'
import { reportError } from './report-error.ts'
import { openSession } from './session.ts'

const commands = [
  initCommand,
  checkCommand,
  planCommand,
  runCommand,
  resumeCommand,
  watchCommand,
  serveCommand,
  runsCommand,
  jobsCommand,
  waitsCommand,
  answerCommand,
  tokenCommand,
  showCommand,
  explainCommand,
  logsCommand,
  cancelCommand,
  retryCommand,
  discardCommand,
  gcCommand,
  doctorCommand,
  loginCommand,
  completionCommand,
  notifyCommand,
]

/** Does what the words say; resolves with the code to end with, whatever went wrong. */
export async function runCommandLine(words: readonly string[]): Promise<ExitCode> {
  let code: ExitCode = exitCodes.done
  let asJson = false
  const program = top(await ownVersion())
  const cli: Cli = {
    async run(act) {
      const interruption = listenForInterruption()
      const globals = program.opts<{ workspace: string; verbose: boolean; takeOver: boolean }>()
      const session = openSession({ ...globals, asJson, interrupted: interruption.signal })
      try {
        const end = await act(session)
        code = interruption.signal.aborted ? exitCodes.interrupted : end
      } catch (error) {
        code = reportError(session, error)
      } finally {
        interruption.stop()
      }
    },
  }
  addCommands(program, cli)
  program.hook('preAction', (_, command) => {
    asJson = command.opts<{ json?: true }>().json === true
  })
  try {
    await program.parseAsync(words, { from: 'user' })
  } catch (error) {
    // Help and usage errors: commander has printed them.
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) return exitCodes.done
    if (words.includes('--json')) process.stdout.write(`${JSON.stringify({ error: usageError(error) })}\n`)
    return exitCodes.usage
  }
  return code
}

/** All commands, with those that no help shows. */
export function addCommands(program: Command, cli: Cli): void {
  for (const command of commands) program.addCommand(command(cli))
  program.addCommand(completeCommand(cli), { hidden: true })
  for (const command of program.commands) command.copyInheritedSettings(program)
}

function usageError({ message }: CommanderError): AbeyanceError {
  return new AbeyanceError('usage', message.replace(/^error: /, '').replaceAll(/\s*\n\s*/g, ' '))
}

/** The program without its commands. */
export function top(version: string): Command {
  return new Command('abeyance')
    .description('Pipelines whose steps are real jobs: suspended, watched, resumed, nothing run twice.')
    .option('-w, --workspace <folder>', 'where runs, jobs and abeyance.yaml are', '.')
    .option('--verbose', 'say more: what is done, and where errors come from', false)
    .option('--take-over', 'drive it also after a container or host that is gone for good', false)
    .version(version, '--version', 'say the version')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'abeyance: ')) })
    .showHelpAfterError('(`abeyance --help` lists all commands, `abeyance COMMAND --help` shows an example)')
    .exitOverride()
    .addHelpText(
      'after',
      '\nExit codes: 0 done, 1 failed, 2 usage or configuration, 3 something is still open, 130 interrupted.',
    )
    .addHelpText(
      'after',
      '\nExample:\n  $ abeyance init lambda && cd lambda\n  $ abeyance run hello.yaml --wait',
    )
}
