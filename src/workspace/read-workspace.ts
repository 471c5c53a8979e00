import type { OpenOptions } from './open-options.ts'
import type { WorkspaceView } from './workspace.ts'

/**
 * Everything but starting and driving, without a lock and beside whoever drives; what is to be changed is asked of the driver,
 * or done at once where there is none (rule R11).
 */
export async function readWorkspace(folder: string, options: OpenOptions = {}): Promise<WorkspaceView> {
  const { readBeside } = await import('./read-beside.ts') // nothing below is loaded before it is needed
  return readBeside(folder, options)
}
