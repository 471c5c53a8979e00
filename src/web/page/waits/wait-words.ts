import type { WaitRow } from '../../contract.ts'
import { showSpan } from '../words/show-span.ts'
import { showTime } from '../words/show-time.ts'

/** What a wait is for, in words; of a kind that the page does not know, what it says of itself. */
export function waitWords(on: WaitRow['on'], now: number): string {
  const { kind, module: _module, key: _key, ...rest } = on
  if (kind === 'until' && typeof rest['time'] === 'number')
    return `Until ${showTime(rest['time'])}, in ${showSpan(rest['time'] - now)}.`
  if (kind === 'file' && typeof rest['path'] === 'string') return `Until there is ${rest['path']}.`
  if (kind === 'existing-job') return `For the job ${text(rest['id'])} on ${text(rest['destination'])}.`
  const question = rest['question'] ?? rest['message']
  if (kind === 'approval') return typeof question === 'string' ? question : 'Somebody has to approve.'
  if (kind === 'token') return 'Until somebody calls its address back.'
  const facts = Object.entries(rest).map(([name, value]) => `${name}: ${text(value)}`)
  return facts.length === 0 ? kind : `${kind}: ${facts.join(', ')}`
}

function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number'
    ? String(value)
    : (JSON.stringify(value) ?? '')
}
