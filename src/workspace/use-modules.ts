import { dirname, extname, resolve } from 'node:path'
import { messageOf } from '../core/error.ts'
import { statIfThere } from '../core/system/files.ts'
import type { AnyModuleType } from '../modules/module-type.ts'
import type { Notifier } from '../notifiers/notifier.ts'
import type { Report } from '../pipeline/problem.ts'
import type { RunnerKind } from '../runners/runner.ts'

/** What the modules named under `use:` export. */
export interface Used {
  readonly modules: readonly AnyModuleType[]
  /** By their `kind`. */
  readonly runners: ReadonlyMap<string, RunnerKind>
  /** By the names they are exported under. */
  readonly notifiers: Readonly<Record<string, Notifier>>
}

/** Loads ES modules, relative to the configuration's folder or by package name; one that cannot be loaded is reported at its line. */
export async function useModules(
  names: readonly string[],
  {
    path,
    importModule,
    report,
  }: { path: string; importModule: (path: string) => Promise<object>; report: Report },
): Promise<Used> {
  const found: [name: string, value: unknown][] = []
  for (const [index, name] of names.entries()) {
    const place = /^[./~]/.test(name) ? resolve(dirname(path), name) : name
    try {
      if (place !== name && !(await statIfThere(place))) throw new TypeError('there is nothing at this path')
      found.push(...Object.entries(await importModule(place)))
    } catch (error) {
      const message = `\`${name}\` cannot be loaded: ${messageOf(error)}`
      report({ code: 'missing-file', message, path: ['use', index], hint: hintFor(place) })
    }
  }
  return {
    modules: found.flatMap(([, value]) => (isModuleType(value) ? [value] : [])),
    runners: new Map(found.flatMap(([, value]) => (isRunner(value) ? [[value.kind, value]] : []))),
    notifiers: Object.fromEntries(
      found.flatMap(([name, value]) => (isNotifier(value) ? [[name, value]] : [])),
    ),
  }
}

function hintFor(place: string): string {
  return extname(place) === '.ts'
    ? 'where this Node does not strip types itself, start with `node --import tsx node_modules/.bin/abeyance`'
    : 'it must be an ES module that this Node can import'
}

function isModuleType(value: unknown): value is AnyModuleType {
  return isObject(value) && 'type' in value && 'version' in value && 'act' in value && 'checkInputs' in value
}

function isRunner(value: unknown): value is RunnerKind {
  return isObject(value) && 'kind' in value && typeof value.kind === 'string' && has(value, 'open')
}

function isNotifier(value: unknown): value is Notifier {
  return isObject(value) && has(value, 'notify')
}

function has(value: object, method: 'open' | 'notify'): boolean {
  return method in value && typeof Reflect.get(value, method) === 'function'
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
