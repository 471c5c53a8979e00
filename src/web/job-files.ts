import { join } from 'node:path'
import type { Clock } from '../core/clock.ts'
import type { Logger } from '../core/logger.ts'
import { statIfThere } from '../core/system/files.ts'
import { answerFiles } from '../runners/pulsar/endpoint/answer-files.ts'
import { stateFolder } from '../workspace/state-folder.ts'

/**
 * Files of jobs that servers fetch from here and bring here, at `jobfiles/`. An address is all the authority that it needs, so neither sessions
 * nor host names are asked for; where no job ever had one, there is nothing.
 */
export function jobFiles(
  folder: string,
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
) {
  const { endpoint } = stateFolder(folder)
  const answer = answerFiles({ folder: endpoint, clock, logger })
  return {
    isAsked: (path: string) => path.startsWith('/jobfiles/'),
    async answer(request: Request): Promise<Response> {
      const isThere = (await statIfThere(join(endpoint, 'key'))) !== undefined
      return isThere ? answer(request) : new Response('There is nothing here.\n', { status: 404 })
    },
  }
}
