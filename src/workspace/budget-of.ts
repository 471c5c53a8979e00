import { byteSize } from '../core/byte-size.ts'
import { hostFolder, openUsageBook, sumOf, type UsageBook } from '../core/usage-book.ts'
import { inDoubtPerHour, usualPerHour } from '../runners/purses.ts'
import type { BudgetOf } from './budget-report.ts'
import type { Destination } from './open-options.ts'

/** The book of the host of a destination: all destinations, workspaces and processes of the user that reach it write into it. */
export function bookOf(
  { transport }: Pick<Destination, 'transport'>,
  hosts: () => Promise<string>,
): UsageBook {
  return openUsageBook(async () => hostFolder(await hosts(), transport.name))
}

export async function budgetOf(
  destination: Destination,
  hosts: () => Promise<string>,
  now: number,
): Promise<BudgetOf> {
  const { transport, schedulerCommandsPerHour = usualPerHour, bytesPerHour } = destination
  const book = bookOf(destination, hosts)
  const lastHour = async (usage: Parameters<UsageBook['since']>[0]) =>
    sumOf(await book.since(usage, now - 3_600_000))
  const connections = await transport.connections?.()
  return {
    ...(connections && { connections }),
    schedulerCommands: { used: await lastHour('commands'), limit: schedulerCommandsPerHour },
    schedulerCommandsInDoubt: {
      used: await lastHour('commands-in-doubt'),
      limit: inDoubtPerHour(schedulerCommandsPerHour),
    },
    bytes: {
      used: await lastHour('bytes'),
      ...(bytesPerHour !== undefined && { limit: byteSize(bytesPerHour) }),
    },
  }
}
