import { dirname, resolve } from 'node:path'
import { byteSize } from '../core/byte-size.ts'
import { duration } from '../core/duration.ts'
import { AbeyanceError } from '../core/error.ts'
import { readText } from '../core/system/files.ts'
import type { MonitorSettings } from '../monitor/monitor-settings.ts'
import type { Retention } from '../monitor/cleaner.ts'
import { didYouMean } from '../pipeline/nearest.ts'
import { parseYaml } from '../pipeline/parse-yaml.ts'
import { renderProblem, type PathProblem, type Problem, type Report } from '../pipeline/problem.ts'
import { configurationFile, type ConfigurationFile } from './configuration-file.ts'
import type { Ask } from '../transports/transport.ts'
import { makeDestinations } from './make-destinations.ts'
import { makeNotifiers } from './make-notifiers.ts'
import type { OpenOptions } from './open-options.ts'
import { sharedHosts } from './shared-state.ts'
import { useModules, type Used } from './use-modules.ts'

export interface ConfigurationContext {
  /** The value of a variable that a secret names. */
  environment(name: string): string | undefined
  /** Loads a module named under `use:`, an absolute path or the name of a package. Without it, no code is loaded. */
  importModule?(path: string): Promise<object>
  /** Answers what hosts ask at a login; without it, a host that asks is left alone until somebody logs in. */
  readonly ask?: Ask
  /** Where a notifier of the kind `console` prints. */
  print(line: string): void
}

/**
 * What abeyance.yaml at `path` says, as a workspace is opened with it (rule C1): modules are loaded, secrets looked up.
 * @throws `invalid-configuration` with all problems in its message and, as data, in `details.problems`
 */
export async function readConfiguration(path: string, context: ConfigurationContext): Promise<OpenOptions> {
  const parsed = parseYaml(await readText(path))
  const problems: PathProblem[] = []
  const report: Report = (problem) => problems.push(problem)
  const file = parsed.json === undefined ? undefined : configurationFile(parsed.json, report)
  const options =
    file === undefined
      ? {}
      : await optionsOf(file, { path, folder: dirname(resolve(path)), report, ...context })
  const all = [
    ...parsed.problems,
    ...problems.map(({ path: at, ...problem }): Problem => ({
      ...problem,
      ...parsed.locate(at, problem.code === 'unknown-key' ? 'key' : 'value'),
    })),
  ].toSorted((a, b) => a.line - b.line || a.column - b.column)
  if (all.length === 0) return options
  const named = all.map((problem) => ({ ...problem, file: path }))
  throw new AbeyanceError('invalid-configuration', named.map(renderProblem).join('\n'), {
    details: { problems: named },
  })
}

const nothingUsed: Used = { modules: [], runners: new Map(), notifiers: {} }

interface Making extends ConfigurationContext {
  readonly path: string
  readonly folder: string
  readonly report: Report
}

async function optionsOf(file: ConfigurationFile, making: Making): Promise<OpenOptions> {
  const { importModule, path, report } = making
  const { keep, line: _, ...logs } = file.logs
  const used = importModule ? await useModules(file.use, { path, report, importModule }) : nothingUsed
  const complete = importModule !== undefined || file.use.length === 0
  if (complete) checkNames(file, used, report)
  return {
    modules: used.modules,
    hosts: sharedHosts(making.folder, making.environment),
    destinations: await makeDestinations(file.destinations, { ...making, runners: used.runners, complete }),
    ...(file.default !== undefined && { defaultDestination: file.default }),
    route: file.route,
    notifiers: { ...used.notifiers, ...(await makeNotifiers(file.notifiers, making)) },
    notices: file.notices,
    monitor: monitorOf(file),
    logs,
    ...(keep !== undefined && { logCap: byteSize(keep) }),
  }
}

/** Every name of a destination or notifier must be one that is configured. */
function checkNames(file: ConfigurationFile, used: Used, report: Report): void {
  const destinations = ['local', ...Object.keys(file.destinations)]
  const notifiers = [...Object.keys(file.notifiers), ...Object.keys(used.notifiers)]
  const check = (name: string, known: readonly string[], what: string, path: PathProblem['path']) => {
    if (known.includes(name)) return
    const message = `there is no ${what} \`${name}\`${didYouMean(name, known)}`
    report({ code: 'unknown-reference', message, path })
  }
  if (file.default !== undefined) check(file.default, destinations, 'destination', ['default'])
  for (const [type, name] of Object.entries(file.route))
    check(name, destinations, 'destination', ['route', type])
  for (const [name, { resubmit = [] }] of Object.entries(file.destinations))
    for (const [index, rule] of resubmit.entries())
      if (rule.destination !== undefined)
        check(rule.destination, destinations, 'destination', [
          'destinations',
          name,
          'resubmit',
          index,
          'destination',
        ])
  for (const [index, rule] of file.notices.entries()) {
    for (const [place, name] of rule.to.entries())
      check(name, notifiers, 'notifier', ['notices', index, 'to', place])
    for (const name of [rule.where?.destination ?? []].flat())
      if (!name.includes('*'))
        check(name, destinations, 'destination', ['notices', index, 'where', 'destination'])
  }
}

function monitorOf({ monitor, logs, retention }: ConfigurationFile): Partial<MonitorSettings> {
  const spans = Object.fromEntries(Object.entries(monitor).map(([key, text]) => [key, duration(text)]))
  return {
    ...spans,
    ...(logs.line !== undefined && { logLine: byteSize(logs.line) }),
    ...(retention !== undefined && { retention: retentionOf(retention) }),
  }
}

function retentionOf(text: string): Retention {
  if (text === 'never' || text === 'on-success') return { kind: text }
  return { kind: 'after', milliseconds: duration(text) }
}
