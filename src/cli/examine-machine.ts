import { AbeyanceError } from '../core/error.ts'
import { shellPath } from '../core/shell-path.ts'
import type { Transport } from '../transports/transport.ts'
import type { Destination } from '../workspace/open-options.ts'
import type { BudgetOf, Used } from '../workspace/budget-report.ts'
import { attempt, type Note } from './finding.ts'
import { showSize } from './show-size.ts'
import { showSpan } from './show-time.ts'

/** Tries the machine of a destination: the way there, its scheduler, its clock, the work folder. Whether a job is worth trying. */
export async function examineMachine(
  destination: Destination,
  folder: string,
  note: Note,
  signal: AbortSignal,
): Promise<boolean> {
  const { transport, runner, workFolder, arrays = false } = destination
  if (runner.trials) return examineServer(runner.trials, note, signal)
  const ask = async (script: string) =>
    (await answerOf(transport, script, signal)).split('\n')[0] || undefined
  if (!(await attempt(`reaches ${transport.name}`, note, () => ask('uname -sn')))) return false
  await attempt('its clock', note, async () => clockOf(await timed(() => ask('date +%s'))))
  let good = true
  for (const { what, script } of runner.checks ?? [])
    good = (await attempt(what, note, () => ask(script))) && good
  if (arrays !== false && runner.arrays !== true)
    await attempt('job arrays', note, async () => 'there are none: each job is submitted alone')
  const at = shellPath(folder)
  const writable = await attempt(`${workFolder} can be written`, note, () =>
    ask(`umask 077; mkdir -p ${at} && cd ${at} && printf doctor >first`),
  )
  if (!writable) return false
  for (const [what, script] of fileTrials)
    await attempt(what, note, () => ask(`cd ${at} || exit 1\n${script}`))
  await attempt('room on the disk', note, async () => {
    const [, kilobytes] = /^\S.* (\d+) +\d+%/m.exec(await answerOf(transport, `df -Pk ${at}`, signal)) ?? []
    return kilobytes === undefined ? undefined : `${showSize(Number(kilobytes) * 1024)} free`
  })
  return good
}

/** A runner whose machine gives no shell has trials of its own; after the first that fails there is no use in more. */
async function examineServer(
  trials: NonNullable<Destination['runner']['trials']>,
  note: Note,
  signal: AbortSignal,
): Promise<boolean> {
  for (const trial of trials)
    if (!(await attempt(trial.what, note, () => trial.attempt(signal)))) return false
  return true
}

/** Whether that was the last for today is worth knowing before jobs are sent. */
export function budgetWords({
  connections,
  schedulerCommands,
  schedulerCommandsInDoubt,
  bytes,
}: BudgetOf): string {
  const of = ({ used, limit }: Used, show: (amount: number) => string = String) =>
    limit === undefined ? show(used) : `${show(used)} of ${show(limit)}`
  return [
    ...(connections ? [`connections today ${of(connections)}`] : []),
    `in an hour: scheduler commands ${of(schedulerCommands)}, in doubt ${of(schedulerCommandsInDoubt)}`,
    `bytes ${of(bytes, showSize)}`,
  ].join('; ')
}

const fileTrials = [
  [
    'writing is durable (fsync)',
    'dd if=first of=synced conv=fsync 2>&1 >/dev/null | grep -i invalid >&2 && exit 1 || [ -s synced ]',
  ],
  ['rename', 'mv -f first second && [ "$(cat second)" = doctor ]'],
  ['hard links', 'ln second third && [ "$(cat third)" = doctor ]'],
] as const

/** What a script prints; its complaint, where it fails. */
async function answerOf(transport: Transport, script: string, signal: AbortSignal): Promise<string> {
  const { code, stdout, stderr } = await transport.run(`{\n${script}\n} </dev/null\n`, {
    deadline: 60_000,
    signal,
  })
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim()
  if (code === 0) return text(stdout)
  const said = text(stderr) || text(stdout) || 'nothing was said'
  throw new AbeyanceError('transport-failed', `${said.slice(0, 1000)} (exit code ${code})`)
}

async function timed(
  act: () => Promise<string | undefined>,
): Promise<{ readonly answer: number; readonly asked: number }> {
  const before = Date.now()
  const answer = Number(await act())
  return { answer: answer * 1000, asked: (before + Date.now()) / 2 }
}

/** Durations are differences of the host's own clock, so that it may differ; who reads times is to know. */
function clockOf({ answer, asked }: { readonly answer: number; readonly asked: number }): string {
  // Its date gives whole seconds, cut off.
  const difference = answer + 500 - asked
  if (Math.abs(difference) <= 1500) return 'as here'
  return `${showSpan(Math.abs(difference))} ${difference > 0 ? 'ahead' : 'behind'}`
}
