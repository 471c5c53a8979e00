import { AbeyanceError } from '../core/error.ts'
import type { JobKey } from '../core/ids.ts'
import type { JobRecord } from '../records/job-record.ts'
import { isFinal } from '../records/job-state.ts'
import type { Interior } from './interior.ts'
import { neededBy } from './needed-by.ts'
import type { RunRegistry } from './run-registry.ts'
import type { Workspace } from './workspace.ts'

type ChangeActions = Pick<
  Workspace,
  'cancelJob' | 'stopJob' | 'retryJob' | 'discardJob' | 'cancelRun' | 'retryModule'
>

/** What users do to jobs and runs, with both in view; each is safe to repeat. */
export function changeActions({ store, monitor }: Interior, runs: RunRegistry): ChangeActions {
  const known = async (key: JobKey): Promise<JobRecord> => {
    const job = await monitor.get(key)
    if (job) return job
    throw new AbeyanceError('unknown-job', `there is no job ${key}; \`abeyance jobs --all\` lists them`)
  }
  return {
    async cancelJob(key, { evenIfNeeded, by = 'user', abandon = false } = {}) {
      const { state } = await known(key)
      const needing = evenIfNeeded || isFinal(state) ? [] : await neededBy(store, key)
      return needing.length > 0 ? { kind: 'needed', by: needing } : monitor.cancel(key, { by, abandon })
    },
    async stopJob(key, { evenIfNeeded, by = 'user' } = {}) {
      const { state } = await known(key)
      const needing = evenIfNeeded || isFinal(state) ? [] : await neededBy(store, key)
      return needing.length > 0 ? { kind: 'needed', by: needing } : monitor.stop(key, { by })
    },
    async retryJob(key, { abandon = false, by = 'user', ...after } = {}) {
      const job = await known(key)
      // What succeeded is not run again: its runs collect it once more.
      const answer =
        job.state.kind === 'succeeded'
          ? ({ kind: 'requested', job } as const)
          : await monitor.retry(key, { by, abandon, ...after })
      // Also where it is open already: killed after the retry, the runs were not opened again.
      if (answer.kind !== 'may-still-run') await runs.reopen(answer.job)
      return answer
    },
    async discardJob(key, options = {}) {
      const job = await monitor.get(key)
      const isOther = job !== undefined && job.attempt !== (options.after ?? job.attempt)
      const needing = isOther ? [] : await neededBy(store, key)
      if (needing.length === 0) return monitor.discard(key, options)
      throw new AbeyanceError(
        'invalid-state',
        `job ${key.slice(0, 12)} is needed by run ${needing.join(', ')}; cancel these, then discard it`,
      )
    },
    async cancelRun(id, { by = 'user' } = {}) {
      const run = await runs.get(id)
      if (!run) throw new AbeyanceError('unknown-run', `there is no run ${id}; \`abeyance runs\` lists them`)
      await run.cancel(by)
    },
    retryModule: (id, module, options) => runs.retry(id, module, options),
  }
}
