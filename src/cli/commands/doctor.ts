import type { Command } from 'commander'
import { newCommand, type Cli } from '../command.ts'
import { exitCodes, type ExitCode } from '../exit-code.ts'
import type { Session } from '../session.ts'

interface DoctorWords {
  readonly json?: true
}

export function doctorCommand(cli: Cli): Command {
  return newCommand(
    'doctor',
    'try each destination for real: folders, and a small job from end to end',
    'abeyance doctor local',
  )
    .argument('[destination]', 'this one alone')
    .option('--json', 'answer a list of { destination, check, ok, milliseconds, message } as JSON')
    .action((destination: string | undefined, words: DoctorWords) =>
      cli.run((session) => doctor(session, destination, words)),
    )
}

async function doctor(session: Session, named: string | undefined, { json }: DoctorWords): Promise<ExitCode> {
  const { readSettings } = await import('../drive.ts')
  const { examine } = await import('../examine.ts')
  const { showSpan } = await import('../show-time.ts')
  const settings = await readSettings(session)
  const findings = await examine(session, settings, named, (finding) => {
    if (json) return
    const { destination, check, ok, milliseconds, message } = finding
    session.print(
      `${ok ? 'ok   ' : 'FAULT'}  ${destination}: ${check}  ${showSpan(milliseconds)}${message === undefined ? '' : `  ${message}`}`,
    )
  })
  if (json) session.json(findings)
  return findings.every(({ ok }) => ok) ? exitCodes.done : exitCodes.failed
}
