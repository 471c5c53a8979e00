import { Option, type Command } from 'commander'
import { AbeyanceError } from '../../core/error.ts'
import { quote } from '../../core/quote.ts'
import type { OpenOptions } from '../../workspace/open-options.ts'
import type { StartOptions } from '../../workspace/workspace.ts'
import { collect, newCommand, type Cli } from '../command.ts'
import type { ExitCode } from '../exit-code.ts'
import type { PipelineFile } from '../read-pipeline-file.ts'
import type { Session } from '../session.ts'

export interface StartWords {
  readonly input?: readonly string[]
  readonly inputFile?: string
  readonly fresh?: readonly string[]
  readonly target?: readonly string[]
  readonly destination?: readonly string[]
  readonly onFailure?: 'stop' | 'continue'
  readonly key?: string
}

interface RunWords extends StartWords {
  readonly wait?: true
  readonly new?: true
  readonly notify?: readonly string[]
  readonly json?: true
}

export function runCommand(cli: Cli): Command {
  return withStartOptions(
    newCommand(
      'run',
      'go on with the open run of this document and these inputs, or start one; returns when nothing more can be done now',
      "abeyance run study.yaml --input 'samples=data/*.fastq.gz' --wait",
    ),
  )
    .option('--wait', 'go on to the end, showing progress')
    .option('--new', 'start a new run even if one like it is open')
    .option('--notify <notifier>', 'tell this notifier how it ended, whatever the rules say', collect)
    .option('--json', 'answer { run, state, outputs, failures, waiting } as JSON')
    .action((file: string, words: RunWords) => cli.run((session) => run(session, file, words)))
}

/** What `run` and `plan` both take. */
export function withStartOptions(command: Command): Command {
  return command
    .argument('<file>', "the pipeline's document, YAML or JSON")
    .option('-i, --input <name=value>', 'give an input; files may be patterns, lists a,b,c or JSON', collect)
    .option('--input-file <file>', 'take inputs from a YAML or JSON file')
    .addOption(
      new Option('--fresh [module]', 'reuse nothing at and below this module, or at all (after FILE)')
        .preset('*')
        .argParser<readonly string[]>(collect),
    )
    .option('--target <module>', 'only this module and what it needs', collect)
    .option('--destination <module=name>', 'run this module there', collect)
    .addOption(
      new Option('--on-failure <what>', 'what else goes on after a failure').choices(['stop', 'continue']),
    )
    .option('--key <key>', 'the same key is the same run, open or ended')
}

/** What `start` and `plan` of a workspace are handed. */
export async function startOptions(
  { pipeline, base }: PipelineFile,
  words: StartWords,
): Promise<StartOptions> {
  const { parseInputs } = await import('../parse-inputs.ts')
  const { fresh, target, destination, onFailure, key } = words
  return {
    base,
    inputs: await parseInputs(pipeline, words),
    ...(fresh && { fresh }),
    ...(target && { targets: target }),
    ...(destination && { destinations: Object.fromEntries(destination.map(pair)) }),
    ...(onFailure && { onFailure }),
    ...(key !== undefined && { key }),
  }
}

/** The document with what the configuration says of its module types. */
export async function readWithSettings(
  session: Session,
  file: string,
  words: StartWords,
): Promise<PipelineFile & { readonly settings: OpenOptions }> {
  const { readSettings } = await import('../drive.ts')
  const { readPipelineFile } = await import('../read-pipeline-file.ts')
  const { givenNames } = await import('../parse-inputs.ts')
  const settings = await readSettings(session)
  return { ...(await readPipelineFile(file, settings.modules, await givenNames(words))), settings }
}

async function run(session: Session, file: string, words: RunWords): Promise<ExitCode> {
  const { drive } = await import('../drive.ts')
  const { followRun } = await import('../follow-run.ts')
  const { limitsIn } = await import('../waiting-for-place.ts')
  const { workFoldersIn } = await import('../disk-hint.ts')
  const document = await readWithSettings(session, file, words)
  const { pipeline, settings } = document
  const { notify = [] } = words
  const options = { ...(await startOptions(document, words)), ...(notify.length > 0 && { notify }) }
  const places = { limitsOf: limitsIn(settings), workFolderOf: workFoldersIn(session.folder, settings) }
  return drive(session, settings, async (workspace) => {
    const open = words.new || words.key !== undefined ? undefined : await workspace.find(pipeline, options)
    await open?.notify(notify)
    if (open && open.record.resume !== 'auto') await open.resume()
    const started = open ?? (await workspace.start(pipeline, options))
    session.tell(`${open ? 'going on with run' : 'run'} ${started.id} of ${pipeline.name}`)
    const modules = pipeline.modules.map(({ id }) => id)
    return followRun(
      session,
      { workspace, run: started, modules },
      { ...words, again: again(session, file, words), ...places },
    )
  })
}

function again(session: Session, file: string, { input = [] }: RunWords): string {
  const here = session.folder === process.cwd() ? [] : ['--workspace', session.folder]
  const inputs = input.flatMap((word) => ['--input', word])
  return ['abeyance', 'run', file, ...inputs, '--wait', ...here].map(quote).join(' ')
}

function pair(word: string): readonly [string, string] {
  const at = word.indexOf('=')
  if (at > 0) return [word.slice(0, at), word.slice(at + 1)]
  throw new AbeyanceError('usage', `\`${word}\` names no destination; write it as --destination module=name`)
}
