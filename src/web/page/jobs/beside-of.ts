import type { JobRow } from '../../contract.ts'
import { travelWords } from '../words/travel-words.ts'

/** What is said beside the state, as it is beside it (rule J1). */
export function besideOf(job: JobRow): string | undefined {
  if (job.cancelRequested !== undefined) return 'cancel requested'
  if (job.loginNeeded) return 'login needed'
  if (job.unreachableSince !== undefined) return 'unreachable'
  if (job.pausedSince !== undefined) return 'paused'
  if (job.spared !== undefined) return 'budget spent'
  if (job.waitsForPlace) return 'waits for a place'
  if (job.travel !== undefined) return travelWords(job.travel)
  if (job.percent !== undefined && job.state === 'running') return `${Math.round(job.percent)} %`
  return undefined
}
