import type { JobKey, ModulePath } from '../core/ids.ts'
import type { Wait } from '../modules/module-type.ts'
import type { Suspension } from '../records/outcome.ts'

/** What readers of a run see of a wait: what it is for, and not how its token is made. */
export function suspensionOf(module: ModulePath, key: JobKey, wait: Wait): Suspension {
  switch (wait.kind) {
    case 'approval': {
      const { end: _end, atDeadline, onReject: _on, ...asked } = wait
      return { module, key, ...asked, ...(wait.deadline !== undefined && { atDeadline }) }
    }
    case 'token': {
      const { end: _end, made: _made, ...awaited } = wait
      return { module, key, ...awaited }
    }
    default:
      return { module, key, ...wait }
  }
}
