import type { Command } from 'commander'
import { isAbeyanceError } from '../../core/error.ts'
import { newCommand, type Cli } from '../command.ts'
import { exitCodes, type ExitCode } from '../exit-code.ts'
import type { Session } from '../session.ts'

export function loginCommand(cli: Cli): Command {
  return newCommand(
    'login',
    'answer what a host asks beside a key (a password, a second factor), for the process that drives the workspace',
    'abeyance login cluster',
  )
    .argument('<destination>', 'whose host asks')
    .action((destination: string) => cli.run((session) => login(session, destination)))
}

/** The connection is held by who drives; where nobody does, this process does it from here on. */
async function login(session: Session, destination: string): Promise<ExitCode> {
  const { readOnly, readSettings } = await import('../drive.ts')
  const settings = await readSettings(session)
  try {
    await readOnly(session, (view) => view.login(destination, session.ask), settings)
  } catch (error) {
    if (!isAbeyanceError(error, 'invalid-state')) throw error
    const { watch } = await import('./watch.ts')
    return watch(session, {}, { first: (workspace) => workspace.login(destination, session.ask) })
  }
  session.print(`logged in to ${destination}; its jobs are watched again`)
  return exitCodes.done
}
