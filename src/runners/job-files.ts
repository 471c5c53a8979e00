import { duration } from '../core/duration.ts'
import { AbeyanceError } from '../core/error.ts'
import { memorySize } from '../core/memory-size.ts'
import { quote } from '../core/quote.ts'
import { containerText } from './container.ts'
import type { StagedFile } from '../staging/staging.ts'
import type { Word, WordPart } from './job-spec.ts'
import type { Submission } from './runner.ts'

/**
 * The files of an attempt's `job` folder, by name; `ofScheduler` are variables that the scheduler sets for the command, or `all` where the
 * command is to have whatever its scheduler loaded for it. What cannot be run is `invalid-value`.
 */
export function jobFiles(
  job: Submission,
  staged: readonly StagedFile[],
  ofScheduler: readonly string[] | 'all' = [],
): Readonly<Record<string, string>> {
  refuseWhatCannotRun(job)
  const { run, resources } = job.spec
  const container = containerText(job.spec)
  const time = resources.time === undefined ? undefined : duration(resources.time)
  return {
    command: commandText(job, ofScheduler),
    ...(container && { container: container.after, variables: variablesText(job) }),
    ...(container?.lives !== undefined && { 'container-lives': container.lives }),
    ...(run.kind !== 'command' && { script: run.script }),
    ...(staged.length > 0 && { manifest: staged.map(manifestLine).join('\n') }),
    ...(time !== undefined && { walltime: String(time / 1000) }),
  }
}

/** What every job gets of the environment that it is started in; nothing else, so no secret of the engine's. */
const inherited = (
  'PATH HOME USER LOGNAME SHELL TZ TMPDIR LANG LC_ALL LC_CTYPE LC_COLLATE LC_MESSAGES LC_MONETARY LC_NUMERIC ' +
  'LC_TIME LC_ADDRESS LC_IDENTIFICATION LC_MEASUREMENT LC_NAME LC_PAPER LC_TELEPHONE'
).split(' ')

/** Where a batch script expects to have been submitted, and goes: the folder in which its outputs are looked for. */
const submitFolders: ReadonlySet<string> = new Set(['SLURM_SUBMIT_DIR', 'SGE_O_WORKDIR', 'PBS_O_WORKDIR'])

/** Read by the launching shell, in the job's work folder, with `$folder` set: it becomes the command. */
function commandText(job: Submission, given: readonly string[] | 'all'): string {
  const ofScheduler = given === 'all' ? [] : given
  const isBatch = job.spec.run.kind === 'batch'
  const { environment, variables: words } = job.spec
  const others = ofScheduler.filter((name) => environment[name] === undefined && words[name] === undefined)
  const handed = others.map((name) => (isBatch && submitFolders.has(name) ? `${name}="$PWD"` : handOn(name)))
  const container = containerText(job.spec)
  const handedOn = [...inherited, ...(container?.inherited ?? [])]
  return [
    given === 'all' ? 'exec env' : 'exec env -i',
    ...handedOn.map(handOn),
    ...(container ? [] : [...handed, ...ownVariables(job)]),
    ...loading(job.spec.load),
    ...(container ? [...container.words, ...handed] : []),
    ...commandWords(job),
  ].join(' \\\n  ')
}

/**
 * Read by the first shell in a container, with `$folder` set: puts the job's own variables before the words of its command. Among the words
 * of the runtime everybody on the machine could read them for as long as the container runs.
 */
function variablesText(job: Submission): string {
  return ['set --', ...ownVariables(job), '"$@"'].join(' \\\n  ')
}

function ownVariables(job: Submission): readonly string[] {
  const own = { ...job.spec.environment, ...ourVariables(job) }
  return [
    ...Object.entries(own).map(([name, value]) => quote(`${name}=${value}`)),
    ...Object.entries(job.spec.variables).map(([name, word]) => shellWord([`${name}=`, ...word], job)),
  ]
}

/** A variable as it is, or nothing where it is not set. */
function handOn(name: string): string {
  return `\${${name}+"${name}=$${name}"}`
}

/** Environment modules are functions of a login shell; what they set reaches the command, which replaces that shell. */
function loading(load: readonly string[]): readonly string[] {
  if (load.length === 0) return []
  const program = `module load ${load.map(quote).join(' ')} || exit 127; exec "$@"`
  return ['bash', '-lc', quote(program), 'bash']
}

function commandWords(job: Submission): readonly string[] {
  const { run } = job.spec
  if (run.kind === 'command') return run.words.map((word) => shellWord(word, job))
  const own = run.script.startsWith('#!') ? [] : interpreterOf(run)
  return [...own, '"$folder"/job/script', ...run.arguments.map((word) => shellWord(word, job))]
}

/** A batch script is run as its scheduler would: as far as it comes. */
function interpreterOf(run: Exclude<Submission['spec']['run'], { kind: 'command' }>): readonly string[] {
  if (run.kind === 'batch') return ['bash']
  return run.shell === 'sh' ? ['sh', '-eu'] : ['bash', '-euo', 'pipefail']
}

function shellWord(word: Word, job: Submission): string {
  const parts = word.map((part) => shellPart(part, job))
  return parts.join('') || "''"
}

function shellPart(part: WordPart, job: Submission): string {
  if (typeof part === 'string') return part === '' ? '' : quote(part)
  if ('staged' in part) return `"$folder"/${quote(`inputs/${part.staged}`)}`
  const value = ourVariables(job)[part.variable]
  if (value === undefined)
    throw new AbeyanceError(
      'invalid-value',
      `${job.name} uses $${part.variable} and asks for no memory: add \`resources: { memory: … }\``,
    )
  return quote(value)
}

function ourVariables(job: Submission): Readonly<Record<string, string | undefined>> {
  const { cores, memory } = job.spec.resources
  return {
    ABEYANCE_CORES: String(cores ?? 1),
    ...(memory !== undefined && { ABEYANCE_MEMORY_MIB: String(memorySize(memory)) }),
    ABEYANCE_ATTEMPT: String(job.attempt),
    ABEYANCE_TAG: job.tag,
  }
}

/** A line that `sha256sum -c` reads; it marks names with a line break or a backslash in them so. */
function manifestLine({ path, digest }: StagedFile): string {
  const name = `inputs/${path}`
  if (!/[\\\n]/.test(name)) return `${digest}  ${name}`
  return `\\${digest}  ${name.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}`
}

function refuseWhatCannotRun({ name, spec }: Submission): void {
  const refuse = (why: string) => {
    throw new AbeyanceError('invalid-value', `${name} cannot run: ${why}`)
  }
  const names = [...Object.keys(spec.environment), ...Object.keys(spec.variables)]
  for (const variable of names)
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(variable))
      refuse(`${JSON.stringify(variable)} is no name of an environment variable`)
  const texts = [JSON.stringify(spec.environment), JSON.stringify(spec.variables), JSON.stringify(spec.run)]
  if (texts.some((text) => text.includes('\\u0000'))) refuse('a word or variable holds a NUL character')
  const { time, memory } = spec.resources
  if (time !== undefined) duration(time)
  if (memory !== undefined) memorySize(memory)
  if (spec.run.kind !== 'command') return
  const [program] = spec.run.words
  if (program === undefined || program.length === 0) refuse('its command has no words')
  if (typeof program?.[0] === 'string' && program[0].includes('='))
    refuse(`the program's name ${JSON.stringify(program[0])} holds an "="; call it through a script`)
}
