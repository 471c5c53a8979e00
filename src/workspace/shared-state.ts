import { isAbsolute, join } from 'node:path'
import { makeFolder } from '../core/system/files.ts'
import { stateFolder } from './state-folder.ts'

/**
 * Where the budgets of hosts are kept: in the user's state folder (XDG), since administrators count the user and not the workspace;
 * in the workspace's own where that is not known or cannot be written. Found out once, when it is first needed.
 */
export function sharedHosts(
  workspace: string,
  environment: (name: string) => string | undefined,
): () => Promise<string> {
  const own = stateFolder(workspace).hosts
  const shared = userFolder(environment)
  let found: Promise<string> | undefined
  return () =>
    (found ??=
      shared === undefined
        ? Promise.resolve(own)
        : makeFolder(shared).then(
            () => shared,
            () => own,
          ))
}

function userFolder(environment: (name: string) => string | undefined): string | undefined {
  const [state, home] = [environment('XDG_STATE_HOME'), environment('HOME')]
  if (state !== undefined && isAbsolute(state)) return join(state, 'abeyance', 'hosts')
  return home !== undefined && isAbsolute(home) ? join(home, '.local/state/abeyance/hosts') : undefined
}
