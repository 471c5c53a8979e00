import type { ErrorCode } from '../core/error.ts'
import type { JobRecord } from '../records/job-record.ts'
import type { KeptError } from '../records/outcome.ts'

/** A job that ended badly, as the error of its module. */
export function jobFailure(job: JobRecord): KeptError {
  const { state } = job
  switch (state.kind) {
    case 'failed':
      return {
        code: state.reason === 'missing-output' ? 'missing-output' : 'job-failed',
        message: `${job.name}: ${state.message}`,
      }
    case 'cancelled':
      return error(
        'job-cancelled',
        `${job.name} was cancelled by ${state.by}${state.message === undefined ? '' : ` (${state.message})`}; \`abeyance retry\` runs it again`,
      )
    case 'lost':
      return error(
        'job-lost',
        `${job.name} was lost: ${state.why}; \`abeyance retry\` runs it again once it can no longer run`,
      )
    default:
      return error('internal', `${job.name} is ${state.kind} and was taken for ended`)
  }
}

function error(code: ErrorCode, message: string): KeptError {
  return { code, message }
}
