import { AbeyanceError } from '../core/error.ts'
import { isJsonObject, type Json } from '../core/json.ts'
import type { InboxRequest } from './inbox-request.ts'
import type { Workspace } from './workspace.ts'

/** Does what another process asked through the inbox, and gives what it is answered. */
export async function serveRequest(workspace: Workspace, request: InboxRequest): Promise<Json> {
  switch (request.kind) {
    case 'cancel-job': {
      const { job, evenIfNeeded, by } = request
      return plain(
        await workspace.cancelJob(job, { ...(evenIfNeeded && { evenIfNeeded }), ...given({ by }) }),
      )
    }
    case 'retry-job': {
      const { job, abandon, after, by } = request
      return plain(
        await workspace.retryJob(job, {
          ...(abandon !== undefined && { abandon }),
          ...(after !== undefined && { after }),
          ...given({ by }),
        }),
      )
    }
    case 'discard-job':
      await workspace.discardJob(request.job)
      return null
    case 'cancel-run':
      await workspace.cancelRun(request.run, given(request))
      return null
    case 'retry-module':
      await workspace.retryModule(request.run, request.module)
      return null
  }
}

function given({ by }: { readonly by?: string | undefined }): { readonly by?: string } {
  return by === undefined ? {} : { by }
}

function plain(value: object): Json {
  if (isJsonObject(value)) return value
  throw new AbeyanceError('internal', 'a list was given where an answer is sent; please report this')
}
