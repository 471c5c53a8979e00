import type { HostRow } from '../../host-contract.ts'
import { showSize } from '../words/show-size.ts'

type Budget = HostRow['budget'][number]

/** What a part of a host's budget is called. */
export const budgetWords: Readonly<Record<Budget['what'], string>> = {
  connections: 'connections today (UTC)',
  'scheduler-commands': 'scheduler commands in the last hour',
  'scheduler-commands-in-doubt': 'asked in doubt in the last hour',
  bytes: 'bytes in the last hour',
}

/** `3`, or `1.5 MiB` where bytes are counted. */
export function budgetAmount(what: Budget['what'], amount: number): string {
  return what === 'bytes' ? showSize(amount) : String(amount)
}
