import { approvalType } from './approval-type.ts'
import { batchType } from './batch-type.ts'
import { commandType } from './command-type.ts'
import type { AnyModuleType } from './module-type.ts'
import { succeededType } from './succeeded-type.ts'
import { existingJobType } from './existing-job-type.ts'
import { copyFromType, copyToType } from './copy-types.ts'
import { tokenType } from './token-type.ts'
import { fileType, untilType } from './wait-types.ts'

/** The module types that every workspace and every document knows. */
export const builtIn: readonly AnyModuleType[] = [
  commandType,
  batchType,
  untilType,
  fileType,
  approvalType,
  tokenType,
  succeededType,
  copyFromType,
  copyToType,
  existingJobType,
]
