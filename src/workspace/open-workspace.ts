import type { OpenOptions } from './open-options.ts'
import type { TypedWorkspace } from './typed-workspace.ts'

/**
 * Opens a folder to drive it: one process at a time, else `workspace-held`. From here every job is watched again, from records
 * alone, and every open run whose `resume` is `auto` goes on. The folder is made where it is not there.
 */
export async function openWorkspace(folder: string, options: OpenOptions = {}): Promise<TypedWorkspace> {
  const { driveWorkspace } = await import('./drive-workspace.ts') // nothing below is loaded before it is needed
  // The types of ports are the compiler's alone: what crosses a port is checked against its schema when it does (rule P2).
  return (await driveWorkspace(folder, options)) as TypedWorkspace
}
