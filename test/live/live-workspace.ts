import { chmod, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readDocumentOrThrow } from '../../src/pipeline/read-document.ts'
import type { RunnerKind } from '../../src/runners/runner.ts'
import { ssh, type SshOptions } from '../../src/transports/ssh.ts'
import { catalogOf } from '../../src/workspace/known-types.ts'
import { openWorkspace } from '../../src/workspace/open-workspace.ts'
import type { Run, Workspace } from '../../src/workspace/workspace.ts'
import { sshSettings, workFolder } from './servers/servers.ts'

/** A workspace in this process whose jobs go to the servers of the tests. */
export interface LiveWorkspace {
  readonly workspace: Workspace
  /** A folder that jobs and tests may both write to. */
  readonly shared: string
  start(document: string): Promise<Run>
  /** The claims of all attempts, `<workspace>/<tag>/claim.N`. */
  claims(): Promise<readonly string[]>
  close(): Promise<void>
}

export interface LiveWorkspaceOptions {
  readonly runner: RunnerKind
  /** Of sshd, or of a proxy before it. */
  readonly port?: number
  readonly ssh?: Partial<SshOptions>
  readonly arrays?: boolean
}

export async function openLiveWorkspace({
  runner,
  port,
  ssh: more,
  arrays = false,
}: LiveWorkspaceOptions): Promise<LiveWorkspace> {
  const folder = await mkdtemp(join(tmpdir(), 'abeyance-live-'))
  const shared = await mkdtemp(join(workFolder, 'shared-'))
  const work = join(shared, 'work')
  await mkdir(work)
  for (const path of [shared, work]) await chmod(path, 0o777)
  const transport = ssh({ ...sshSettings(port), ...more })
  const workspace = await openWorkspace(folder, {
    destinations: { local: { runner, transport, workFolder: work, arrays } },
  })
  return {
    workspace,
    shared,
    async start(document) {
      const pipeline = await readDocumentOrThrow(document, { catalog: catalogOf({}), file: 'live.yaml' })
      return workspace.start(pipeline)
    },
    async claims() {
      const paths = await readdir(work, { recursive: true })
      return paths.filter((path) => /\/claim\.\d+$/.test(path)).toSorted()
    },
    async close() {
      await workspace.close()
      for (const path of [folder, shared]) await rm(path, { recursive: true, force: true, maxRetries: 20 })
    },
  }
}
