import { Command } from 'commander'
import type { ExitCode } from './exit-code.ts'
import type { Session } from './session.ts'

/** What a command needs of the program around it. */
export interface Cli {
  /** Does the command's work; what it throws is told to the user, and decides the code to end with. */
  run(act: (session: Session) => Promise<ExitCode>): Promise<void>
}

/** A command with the example that its help shows. */
export function newCommand(name: string, description: string, example: string): Command {
  const lines = example.split('\n').map((line) => `  $ ${line}`)
  return new Command(name).description(description).addHelpText('after', `\nExample:\n${lines.join('\n')}`)
}

/** For options that may be given several times. */
export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value]
}
