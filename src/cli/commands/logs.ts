import type { Command } from 'commander'
import { AbeyanceError } from '../../core/error.ts'
import { jobStreams, ownStreams, type Stream } from '../../runners/streams.ts'
import type { WorkspaceView } from '../../workspace/workspace.ts'
import { newCommand, type Cli } from '../command.ts'
import { count } from '../count.ts'
import { exitCodes, type ExitCode } from '../exit-code.ts'
import type { LogsManner } from '../logs/write-logs.ts'
import type { Session } from '../session.ts'

export interface LogsWords {
  readonly follow?: true
  readonly stdout?: true
  readonly stderr?: true
  readonly around?: true
  readonly tail?: number
  readonly last?: number
  readonly from?: number
  readonly since?: string
  readonly attempt?: number
  readonly prefix: boolean
  readonly timestamps?: true
  readonly raw?: true
}

export function logsCommand(cli: Cli): Command {
  return newCommand(
    'logs',
    'write what jobs wrote, or write: of one or several, from the start unless said otherwise',
    "abeyance logs -f last:\nabeyance logs 'last:digest[*]' --tail 20\nabeyance logs last:digest[0] --raw > digest.txt",
  )
    .argument(
      '<job...>',
      'part of a key, a tag, RUN:MODULE, a module of the newest run; `*` and `?` stand for others',
    )
    .option('-f, --follow', 'go on until the jobs have ended, those that a run comes to included')
    .option('--stdout', 'standard output alone')
    .option('--stderr', 'standard error alone, on standard output')
    .option(
      '--around',
      'what was said around the command, by the scripts of a Pulsar server and its scheduler',
    )
    .option('-n, --tail <lines>', 'only the last lines', count)
    .option('--last <bytes>', 'only the last bytes', count)
    .option('--from <offset>', 'from this byte on; of one stream', count)
    .option('--since <time>', 'not of jobs that ended before: 10m or 2h ago, or a date')
    .option('--attempt <number>', 'of an earlier attempt; of one job', count)
    .option('--no-prefix', 'several jobs without their names before each line')
    .option('--timestamps', 'with --follow: when each line came here')
    .option('--raw', 'one stream of one job, byte for byte; what a terminal obeys is left in')
    .action((names: readonly string[], words: LogsWords) => cli.run((session) => logs(session, names, words)))
}

async function logs(session: Session, names: readonly string[], words: LogsWords): Promise<ExitCode> {
  refuseContradictions(words)
  const { readOnly, readSettings } = await import('../drive.ts')
  const { readTime } = await import('../read-time.ts')
  const time = words.since === undefined ? undefined : readTime(words.since, Date.now())
  const settings = await readSettings(session, { code: false })
  return readOnly(session, (view) => write(session, view, names, { words, time }), settings)
}

async function write(
  session: Session,
  view: WorkspaceView,
  names: readonly string[],
  { words, time }: { readonly words: LogsWords; readonly time: number | undefined },
): Promise<ExitCode> {
  const { chooseJobs } = await import('../logs/choose-jobs.ts')
  const { openLogsWriter, since } = await import('../logs/write-logs.ts')
  const choice = await chooseJobs(view, names)
  const fits = since(time)
  const all = await choice.jobs()
  const jobs = all.filter(({ job }) => fits(job))
  const isOne = jobs.length === 1 && !(words.follow && (await choice.isOpen()))
  if (!isOne) refuseSeveral(words, jobs.length)
  const manner = mannerOf(words, isOne)
  const writer = openLogsWriter(session, view, manner)
  if (words.follow) {
    const { followLogs } = await import('../logs/follow-logs.ts')
    await followLogs(session, view, { choice, writer, fits })
  } else {
    for (const one of jobs) if (!session.interrupted.aborted) await writer.write(one)
    if (jobs.length === 0) session.tell(nothing(names, all.length))
  }
  return exitCodes.done
}

function mannerOf(words: LogsWords, isOne: boolean): LogsManner {
  const { follow = false, raw = false, stdout, stderr, tail, last, from, attempt, timestamps = false } = words
  const [out, error] = words.around ? jobStreams : ownStreams
  const isOneStream = raw || from !== undefined
  const both: readonly Stream[] = isOneStream ? [out] : [out, error]
  return {
    attempt,
    streams: stdout === stderr ? both : stdout ? [out] : [error],
    follow,
    raw,
    timestamps,
    prefixed: !isOne && words.prefix,
    from:
      tail !== undefined
        ? { lines: tail }
        : last !== undefined
          ? { last }
          : from !== undefined
            ? { offset: from }
            : 'start',
  }
}

function refuseContradictions({
  raw,
  stdout,
  stderr,
  timestamps,
  follow,
  tail,
  last,
  from,
}: LogsWords): void {
  if (raw && stdout && stderr) throw usage('--raw writes one stream: --stdout or --stderr')
  if (raw && timestamps) throw usage('--raw writes what the job wrote alone, without --timestamps')
  if (timestamps && !follow)
    throw usage('no time is kept of a line: --timestamps says when it came here, and goes with --follow')
  if ([tail, last, from].filter((one) => one !== undefined).length > 1)
    throw usage('--tail, --last and --from say where to begin: one of them')
  if (from !== undefined && stdout && stderr)
    throw usage('--from is an offset in one stream: --stdout or --stderr')
}

function refuseSeveral({ raw, from, attempt }: LogsWords, jobs: number): void {
  const [option] = [
    raw && '--raw',
    from !== undefined && '--from',
    attempt !== undefined && '--attempt',
  ].filter((one) => one !== false && one !== undefined)
  if (option !== undefined)
    throw usage(
      `${option} is for one job, and ${jobs === 0 ? 'none is' : `${jobs} are`} meant; \`abeyance jobs --all\` lists them`,
    )
}

function nothing(names: readonly string[], before: number): string {
  return before > 0
    ? `abeyance: all ${before} of these jobs ended before that`
    : `abeyance: ${names.join(', ')} ${names.length === 1 ? 'has' : 'have'} no job yet; --follow waits for one`
}

function usage(message: string): AbeyanceError {
  return new AbeyanceError('usage', message)
}
