import type { Command } from 'commander'
import { duration } from '../../core/duration.ts'
import { newCommand, type Cli } from '../command.ts'
import { exitCodes, type ExitCode } from '../exit-code.ts'
import type { Session } from '../session.ts'

interface DoctorWords {
  readonly wait: string
  readonly json?: true
}

export function doctorCommand(cli: Cli): Command {
  return newCommand(
    'doctor',
    'try each destination for real: the way there, its scheduler, its work folder, and a small job from end to end',
    'abeyance doctor local',
  )
    .argument('[destination]', 'this one alone')
    .option('--wait <time>', 'how long the small job may take, its time in the queue included', '10m')
    .option('--json', 'answer a list of { destination, check, ok, milliseconds, message } as JSON')
    .action((destination: string | undefined, words: DoctorWords) =>
      cli.run((session) => doctor(session, destination, words)),
    )
}

async function doctor(
  session: Session,
  destination: string | undefined,
  { wait, json }: DoctorWords,
): Promise<ExitCode> {
  const { readSettings } = await import('../drive.ts')
  const { examine } = await import('../examine.ts')
  const { showSpan } = await import('../show-time.ts')
  const findings = await examine(session, {
    destination,
    wait: duration(wait),
    read: () => readSettings(session),
    told({ destination: name, check, ok, milliseconds, message = '' }) {
      if (json) return
      const line = `${ok ? 'ok   ' : 'FAULT'}  ${name}: ${check}  ${showSpan(milliseconds)}  ${message}`
      session.print(line.trimEnd())
    },
  })
  if (json) session.json(findings)
  return findings.every(({ ok }) => ok) ? exitCodes.done : exitCodes.failed
}
