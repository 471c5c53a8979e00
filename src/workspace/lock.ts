import { join } from 'node:path'
import { lockHolder, takeLock, type LockHolder, type ProcessLock } from '../core/process-lock.ts'

/**
 * Makes this process the one that drives a workspace (rule R11). A holder that is dead on this host is passed over; one
 * on another host only with `takeOver`. Throws `workspace-held`, which names host, pid and since when.
 */
export function lockWorkspace(
  folder: string,
  options: { readonly takeOver?: boolean | undefined } = {},
): Promise<ProcessLock> {
  return takeLock(join(folder, 'lock'), { what: `the workspace ${folder}`, takeOver: options.takeOver })
}

/** Who drives a workspace, or drove it last and died; undefined when it was closed properly. */
export function workspaceHolder(folder: string): Promise<LockHolder | undefined> {
  return lockHolder(join(folder, 'lock'))
}
