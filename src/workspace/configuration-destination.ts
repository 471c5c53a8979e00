import type { z } from 'zod'
import { isJsonObject, type Json, type JsonObject } from '../core/json.ts'
import type { LogSettings } from '../pipeline/log-settings.ts'
import type { DocumentPath, Report } from '../pipeline/problem.ts'
import { readSettings, retryRule } from '../pipeline/read-settings.ts'
import type { Resources, RetryRule } from '../pipeline/settings.ts'
import type { Container } from '../runners/container-settings.ts'
import { readShape } from './configuration-shape.ts'
import { readRunner, serverKinds, type ConfiguredRunner } from './configured-runner.ts'
import * as shape from './destination-shape.ts'
import type { DestinationLimits } from './destination-limits.ts'
import type { ArraySettings } from './open-options.ts'

/** A destination as abeyance.yaml names it: nothing is connected to, no secret is looked up. */
export interface NamedDestination {
  readonly runner: ConfiguredRunner
  /** The machine it is on, where that is another than this one. */
  readonly reached?: Reached
  readonly workFolder?: string
  readonly resources?: Resources
  readonly environment?: Readonly<Record<string, string>>
  readonly load?: readonly string[]
  readonly container?: Container
  readonly tags?: readonly string[]
  readonly limits?: DestinationLimits
  readonly arrays?: ArraySettings
  readonly resubmit?: readonly RetryRule[]
  readonly logs?: LogSettings
  readonly schedulerCommandsPerHour?: number
  readonly bytesPerHour?: string
}

type Whole = z.output<typeof shape.destination>

export interface Reached extends Pick<Whole, 'user' | 'port' | 'key' | 'jump'> {
  readonly host: string
  readonly ssh: z.output<typeof shape.ssh>
  readonly connectionsPerDay?: number
}

/** Reads one entry of `destinations`; whatever is wrong with it is reported, in each of its parts. */
export function readDestination(
  json: Json,
  path: DocumentPath,
  report: Report,
): NamedDestination | undefined {
  const whole = readShape(shape.destination, json, {
    path,
    what: `the destination \`${path.at(-1)}\``,
    report,
  })
  if (!isJsonObject(json)) return undefined
  const parts = readParts(json, path, report) // also where the whole is not right, so that all is told at once
  const { runner } = parts
  if (whole === undefined || runner === undefined) return undefined
  checkPlace(whole, path, report)
  const { host, user, port, key, jump, workFolder, environment, load, arrays } = whole
  const { budget, ssh = {}, container, limits, resubmit, resources, tags, logs } = parts
  const { connectionsPerDay, schedulerCommandsPerHour, bytesPerHour } = budget ?? {}
  return {
    runner,
    ...(host !== undefined && {
      reached: {
        host,
        ssh,
        ...(user !== undefined && { user }),
        ...(port !== undefined && { port }),
        ...(key !== undefined && { key }),
        ...(jump !== undefined && { jump }),
        ...(connectionsPerDay !== undefined && { connectionsPerDay }),
      },
    }),
    ...(workFolder !== undefined && { workFolder }),
    ...(environment && { environment }),
    ...(load && { load }),
    ...(resources && { resources }),
    ...(container && { container }),
    ...(tags && { tags }),
    ...(limits && { limits }),
    ...(arrays !== undefined && { arrays }),
    ...(resubmit && { resubmit }),
    ...(logs && { logs }),
    ...(schedulerCommandsPerHour !== undefined && { schedulerCommandsPerHour }),
    ...(bytesPerHour !== undefined && { bytesPerHour }),
  }
}

function readParts(json: JsonObject, path: DocumentPath, report: Report) {
  const called = `\`${path.at(-1)}\``
  function part<S extends z.ZodObject>(schema: S, key: string, what: string): z.output<S> | undefined {
    const value = json[key]
    if (value === undefined) return undefined
    return readShape(schema, value, { path: [...path, key], what: `${what} of ${called}`, report })
  }
  const settings = Object.entries(json).filter(([key]) => settingKeys.includes(key))
  const { runner, options } = json
  return {
    runner:
      typeof runner === 'string'
        ? readRunner({ runner, ...(options !== undefined && { options }) }, path, report)
        : undefined,
    ...readSettings(Object.fromEntries(settings), path, report),
    ssh: part(shape.ssh, 'ssh', '`ssh`'),
    container: part(shape.container, 'container', 'the container'),
    limits: part(shape.limits, 'limits', 'the limits'),
    budget: part(shape.budget, 'budget', 'the budget'),
    resubmit: readRules(json['resubmit'], [...path, 'resubmit'], report),
  }
}

function readRules(
  json: Json | undefined,
  path: DocumentPath,
  report: Report,
): readonly RetryRule[] | undefined {
  if (!Array.isArray(json)) return undefined
  return json.flatMap((rule: Json, index) => {
    const at = { path: [...path, index], what: 'a resubmission rule', report }
    const one = readShape(retryRule, rule, at)
    return one === undefined ? [] : [one]
  })
}

/** What of a module's settings stands at a destination too. */
const settingKeys = ['resources', 'tags', 'logs']

/** What only means something together. */
function checkPlace(whole: Whole, path: DocumentPath, report: Report): void {
  const called = `the destination \`${path.at(-1)}\``
  const { host, workFolder, runner } = whole
  if (serverKinds.has(runner)) {
    for (const key of ['host', 'workFolder', 'arrays', ...shape.wayKeys] as const)
      if (whole[key] !== undefined)
        report({
          code: 'unknown-key',
          message: `${called} has \`${key}\`, which means nothing to a server of \`${runner}\``,
          path: [...path, key],
          hint: 'it is reached by `url` under its `options`, and has its own folder',
        })
  } else if (host === undefined) {
    for (const key of shape.wayKeys)
      if (whole[key] !== undefined)
        report({
          code: 'missing-input',
          message: `${called} has \`${key}\` and no \`host\``,
          path: [...path, key],
          hint: 'without a host, jobs run on this machine',
        })
  } else if (workFolder === undefined || !/^(\/|~\/)/.test(workFolder))
    report({
      code: 'missing-input',
      message: `${called} needs a \`workFolder\`: an absolute path on ${host}, or one under ~/`,
      path: workFolder === undefined ? path : [...path, 'workFolder'],
      hint: 'it must be seen by the machines where jobs run, such as `workFolder: ~/abeyance`',
    })
}
