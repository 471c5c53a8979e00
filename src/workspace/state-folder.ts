import { join } from 'node:path'

/** Where a workspace keeps its state: one folder inside it, as git does. */
export function stateFolder(workspace: string) {
  const root = join(workspace, '.abeyance')
  return {
    root,
    records: join(root, 'records'),
    objects: join(root, 'objects'),
    logs: join(root, 'logs'),
    work: join(root, 'work'),
    endpoint: join(root, 'endpoint'),
    inbox: join(root, 'inbox'),
    memo: join(root, 'digests.json'),
    kept: join(root, 'kept'),
    tokenKey: join(root, 'token-key'),
    hosts: join(root, 'hosts'),
  }
}

export type StateFolder = ReturnType<typeof stateFolder>
