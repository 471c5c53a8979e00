import { commandType } from './command-type.ts'
import type { AnyModuleType } from './module-type.ts'
import { succeededType } from './succeeded-type.ts'
import { fileType, untilType } from './wait-types.ts'

/** The module types that every workspace and every document knows. */
export const builtIn: readonly AnyModuleType[] = [commandType, untilType, fileType, succeededType]
