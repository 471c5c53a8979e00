import { AbeyanceError } from '../core/error.ts'
import { isJsonObject, type Json } from '../core/json.ts'
import type { InboxRequest } from './inbox-request.ts'
import type { Workspace } from './workspace.ts'

/** Does what another process asked through the inbox, and gives what it is answered. */
export async function serveRequest(workspace: Workspace, request: InboxRequest): Promise<Json> {
  switch (request.kind) {
    case 'cancel-job': {
      const { job, evenIfNeeded, abandon, by } = request
      const how = { ...(evenIfNeeded && { evenIfNeeded }), ...(abandon && { abandon }), ...given({ by }) }
      return plain(await workspace.cancelJob(job, how))
    }
    case 'stop-job': {
      const { job, evenIfNeeded, by } = request
      return plain(await workspace.stopJob(job, { ...(evenIfNeeded && { evenIfNeeded }), ...given({ by }) }))
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
      await workspace.discardJob(request.job, request)
      return null
    case 'cancel-run':
      await workspace.cancelRun(request.run, given(request))
      return null
    case 'login':
      workspace.loginFor(request.destination, request.socket)
      return null
    case 'lift-pause':
      await workspace.liftPause(request.destination)
      return null
    case 'retry-module':
      // Who asked saw it fail; served twice, where the driver died before it answered, it is done once.
      await workspace.retryModule(request.run, request.module, { again: true })
      return null
    case 'answer': {
      const { run, module, answer, by, tokenHash } = request
      return plain(
        await workspace.answer(run, module, answer, { ...given({ by }), ...(tokenHash && { tokenHash }) }),
      )
    }
  }
}

function given({ by }: { readonly by?: string | undefined }): { readonly by?: string } {
  return by === undefined ? {} : { by }
}

function plain(value: object): Json {
  if (isJsonObject(value)) return value
  throw new AbeyanceError('internal', 'a list was given where an answer is sent; please report this')
}
