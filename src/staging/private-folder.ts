import { posix } from 'node:path'
import { shellPath } from '../core/shell-path.ts'

/**
 * A shell line that makes a workspace's folder on its machine, which nobody else may look into: what jobs read, print and make is their
 * user's. One that is there stays as it is, since its user may have opened it for others.
 */
export function privateFolder(root: string): string {
  const at = shellPath(root)
  // Where that fails, who makes a folder in it says why; another process may have been quicker.
  return `[ -d ${at} ] || { mkdir -p ${shellPath(`${posix.dirname(root)}/`)} && mkdir -m 700 ${at}; } 2>/dev/null`
}
