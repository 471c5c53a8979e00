import type { WorkspaceEvent } from '../workspace/workspace.ts'
import { clean } from './clean-text.ts'
import { showTime } from './show-time.ts'
import { travelWords } from './travel-words.ts'

/** An event as a line for people. */
export function eventLine(event: WorkspaceEvent): string {
  return clean(words(event))
}

function words(event: WorkspaceEvent): string {
  switch (event.kind) {
    case 'changed':
      return `${event.job.name}: ${event.change.from} -> ${event.change.to} (${firstLine(event.change.evidence.text)})`
    case 'discarded':
      return `job ${event.key.slice(0, 12)}: discarded`
    case 'unreachable':
      return event.login
        ? `${event.destination}: asks for a login: abeyance login ${event.destination}`
        : `${event.destination}: does not answer (${event.why})`
    case 'paused':
      return `${event.destination}: paused, see abeyance doctor ${event.destination} (${event.why})`
    case 'spared':
      return `${event.destination}: not asked before ${showTime(event.until)} (${event.why})`
    case 'unspared':
      return `${event.destination}: its budget has room again`
    case 'unpaused':
      return `${event.destination}: is submitted to again`
    case 'reachable':
      return `${event.destination}: answers again`
    case 'progress':
      return `job ${event.key.slice(0, 12)}: ${Math.round(event.percent)} %`
    case 'staging':
      return `job ${event.key.slice(0, 12)}: ${travelWords(event)}`
    case 'matched':
      return `job ${event.key.slice(0, 12)}: its log says ${event.line}`
    case 'run':
      return `run ${event.run}: ${event.state}`
    case 'outcome':
      return `${event.module}: ${event.outcome.kind}${event.outcome.kind === 'failed' ? ` (${event.outcome.error.message})` : ''}`
  }
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? ''
}
