import type { z } from 'zod'
import { isJsonObject, type Json } from '../core/json.ts'
import type { DocumentPath, Report } from '../pipeline/problem.ts'
import { readDestination, type NamedDestination } from './configuration-destination.ts'
import * as shape from './configuration-shape.ts'
import { readNotifier, type NamedNotifier } from './configuration-notifiers.ts'
import { readNoticeRules } from './configuration-notices.ts'
import type { NoticeRule } from '../monitor/notice-rule.ts'

/** What abeyance.yaml says, checked for itself: code is not loaded and secrets are not looked up. */
export interface ConfigurationFile {
  readonly destinations: Readonly<Record<string, NamedDestination>>
  readonly default?: string
  readonly route: Readonly<Record<string, string>>
  readonly use: readonly string[]
  readonly notifiers: Readonly<Record<string, NamedNotifier>>
  readonly notices: readonly NoticeRule[]
  readonly monitor: z.output<typeof shape.monitor>
  readonly logs: z.output<typeof shape.logs>
  readonly retention?: string
}

/** Reads the parsed file; whatever is wrong is reported, and what can be read of it is read. */
export function configurationFile(json: Json, report: Report): ConfigurationFile | undefined {
  const file = shape.readShape(shape.whole, json, { path: [], what: 'abeyance.yaml', report })
  // A misspelt key must not hide what is wrong in the parts that can be read.
  const parts = file ?? (isJsonObject(json) ? partsOf(json) : undefined)
  if (parts === undefined) return undefined
  const destinations = each(parts.destinations, 'destinations', report, (value, path) =>
    readDestination(value, path, report),
  )
  const notifiers = each(parts.notifiers, 'notifiers', report, (value, path) =>
    readNotifier(value, path, report),
  )
  const monitor = readPart(shape.monitor, parts.monitor, 'monitor', report)
  const logs = readPart(shape.logs, parts.logs, 'logs', report)
  const notices = readNoticeRules(parts.notices ?? [], report)
  if (file === undefined) return undefined
  const { route = {}, use = [], retention } = file
  return {
    destinations,
    route,
    use,
    notifiers,
    notices,
    monitor: monitor ?? {},
    logs: logs ?? {},
    ...(retention !== undefined && { retention }),
    ...(file.default !== undefined && { default: file.default }),
  }
}

type Parts = Pick<z.output<typeof shape.whole>, 'destinations' | 'notifiers' | 'monitor' | 'logs' | 'notices'>

function partsOf(json: Readonly<Record<string, Json>>): Parts {
  const { destinations, notifiers, monitor, logs, notices } = json
  const parts = { destinations, notifiers, monitor, logs, notices }
  return (
    shape.whole
      .pick({ destinations: true, notifiers: true, monitor: true, logs: true, notices: true })
      .safeParse(Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined))).data ??
    {}
  )
}

function readPart<S extends z.ZodObject>(schema: S, json: Json | undefined, key: string, report: Report) {
  return json === undefined
    ? undefined
    : shape.readShape(schema, json, { path: [key], what: `\`${key}\``, report })
}

function each<T>(
  json: Json | undefined,
  key: string,
  report: Report,
  read: (value: Json, path: DocumentPath) => T | undefined,
): Readonly<Record<string, T>> {
  if (json === undefined || json === null) return {}
  if (!isJsonObject(json)) {
    report({ code: 'wrong-shape', message: `\`${key}\` must be a mapping from names`, path: [key] })
    return {}
  }
  return Object.fromEntries(
    Object.entries(json).flatMap(([name, value]) => {
      const found = read(value, [key, name])
      return found === undefined ? [] : [[name, found]]
    }),
  )
}
