import type { DirectiveTable } from './batch-directives.ts'
import { directives as gridengine } from './gridengine/directives.ts'
import { directives as pbs } from './pbs/directives.ts'
import { directives as slurm } from './slurm/directives.ts'

/** Of all schedulers that we know: a script that is meant for one of them is known for it wherever it is sent. */
export const directiveTables: readonly DirectiveTable[] = [slurm, gridengine(), pbs]
