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
  const { message, deadline } = rest
  const end = typeof deadline === 'number' ? ` Until ${showTime(deadline)}.` : ''
  if (kind === 'approval') return (typeof message === 'string' ? message : 'Somebody has to approve.') + end
  if (kind === 'token')
    return `${typeof message === 'string' ? `${message} ` : ''}Until somebody calls its address back.${end}`
  const facts = Object.entries(rest).map(([name, value]) => `${name}: ${text(value)}`)
  return facts.length === 0 ? kind : `${kind}: ${facts.join(', ')}`
}

function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number'
    ? String(value)
    : (JSON.stringify(value) ?? '')
}
