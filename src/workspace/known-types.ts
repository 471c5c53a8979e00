import { builtIn } from '../modules/built-in.ts'
import type { AnyModuleType } from '../modules/module-type.ts'
import type { ModuleCatalog } from '../pipeline/module-kind.ts'
import type { OpenOptions } from './open-options.ts'

/** The module types that are known here: the built-in ones, and those with code that were handed in. */
export function knownTypes({
  modules = [],
}: Pick<OpenOptions, 'modules'>): ReadonlyMap<string, AnyModuleType> {
  return new Map([...builtIn, ...modules].map((type) => [type.type, type]))
}

/** What documents and signatures must know of them. */
export function catalogOf(options: Pick<OpenOptions, 'modules'>): ModuleCatalog {
  return new Map([...knownTypes(options)].map(([name, { kind }]) => [name, kind]))
}
