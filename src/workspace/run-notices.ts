import { noticeId } from '../core/ids.ts'
import type { Notice } from '../notifiers/notifier.ts'
import type { RunRecord } from '../records/run-record.ts'
import type { Ended } from './workspace.ts'

/** What is told when a run has ended; the id is the same however often the end is written (rule N2). A cancelled run is no news to who cancelled it. */
export function runNotice(run: RunRecord, ended: Ended): Notice | undefined {
  const at = run.endedAt ?? run.startedAt
  const about = { run: run.id, pipeline: run.name }
  switch (ended.kind) {
    case 'done':
      return {
        id: noticeId(`${run.id}.${at}.finished`),
        event: 'run-finished',
        at,
        title: `${run.name} finished`,
        text: `Run ${run.id} is done.`,
        about,
      }
    case 'failed': {
      const text = ended.failures.map(({ module, error }) => naming(module, error.message)).join('\n')
      return {
        id: noticeId(`${run.id}.${at}.failed`),
        event: 'run-failed',
        at,
        title: `${run.name} failed`,
        text,
        about,
      }
    }
    case 'cancelled':
      return undefined
  }
}

/** Many messages begin with the name of the module, of an element with its value too. */
function naming(module: string, message: string): string {
  const before = module.endsWith(']') ? [`${module}: `, `${module} `] : [`${module}: `]
  return before.some((name) => message.startsWith(name)) ? message : `${module}: ${message}`
}
