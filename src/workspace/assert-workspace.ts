import { resolve } from 'node:path'
import { AbeyanceError } from '../core/error.ts'
import { statIfThere } from '../core/system/files.ts'
import { stateFolder } from './state-folder.ts'

/** Refuses a folder in which nothing ever ran, and makes nothing there: whoever mistook the folder is told so. */
export async function assertWorkspace(folder: string): Promise<void> {
  const root = resolve(folder)
  if (await statIfThere(stateFolder(root).records)) return
  throw new AbeyanceError(
    'missing-file',
    `there is no workspace yet in ${root}; \`abeyance run FILE\` makes one, or name another with --workspace`,
  )
}
