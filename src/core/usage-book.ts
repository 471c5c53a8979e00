import { join } from 'node:path'
import { openAppendFile } from './system/append-file.ts'
import { isMissing, makeFolder, readFolder, readTextIfThere, remove } from './system/files.ts'

/** What is asked of a host that its administrators count: connections, commands of its scheduler, bytes. */
export type Usage = 'connections' | 'commands' | 'commands-in-doubt' | 'bytes'

export interface Spending {
  /** Milliseconds since 1970. */
  readonly at: number
  readonly amount: number
}

/**
 * What was asked of one host and when, for all processes that share the folder: kept across restarts, and lost by a power cut at
 * most. A line is appended as one, so nobody waits for another and no count is lost. Less than nothing takes back.
 */
export interface UsageBook {
  spend(usage: Usage, amount: number, at: number): Promise<void>
  /** In the order in which they were written, of the last two days at most. */
  since(usage: Usage, from: number): Promise<readonly Spending[]>
}

/** Without a folder, what this process asks is counted alone. */
export function openUsageBook(folder: () => Promise<string | undefined>): UsageBook {
  let memory: (Spending & { readonly usage: Usage })[] = []
  let tidied = ''

  async function tidy(at: string, day: string): Promise<void> {
    if (tidied === day) return
    tidied = day
    const before = dayOf(Date.parse(day) - dayLength)
    for (const { name } of await readFolder(at))
      if (/^\d{4}-\d\d-\d\d$/.test(name) && name < before) await remove(join(at, name))
  }

  return {
    async spend(usage, amount, at) {
      const place = await folder()
      if (place === undefined) {
        memory = memory.filter((one) => at - one.at < 2 * dayLength)
        memory.push({ usage, amount, at })
        return
      }
      await makeFolder(place)
      const file = await openAppendFile(join(place, dayOf(at)))
      try {
        await file.append(`${at} ${usage} ${amount}\n`)
      } finally {
        await file.close()
      }
      await tidy(place, dayOf(at))
    },
    async since(usage, from) {
      const place = await folder()
      const all = place === undefined ? memory : await readBook(place, from)
      return all.filter((one) => one.usage === usage && one.at >= from)
    },
  }
}

/** The sum of what was spent. */
export function sumOf(spendings: readonly Spending[]): number {
  return Math.max(
    0,
    spendings.reduce((sum, { amount }) => sum + amount, 0),
  )
}

/** A folder for a host under its name, whatever stands in that. */
export function hostFolder(folder: string, host: string): string {
  return join(folder, host.replace(/[^\w.@-]/g, '_'))
}

export const dayLength = 24 * 60 * 60 * 1000
/** Of UTC. */
export const dayOf = (time: number) => new Date(time).toISOString().slice(0, 10)

async function readBook(folder: string, from: number): Promise<readonly (Spending & { usage: string })[]> {
  const days = (await daysIn(folder)).filter((day) => day >= dayOf(from))
  const texts = await Promise.all(days.map((day) => readTextIfThere(join(folder, day))))
  return texts.flatMap((text) =>
    [...(text ?? '').matchAll(/^(\d+) ([a-z-]+) (-?\d+)$/gm)].map(([, at, usage = '', amount]) => ({
      at: Number(at),
      usage,
      amount: Number(amount),
    })),
  )
}

async function daysIn(folder: string): Promise<readonly string[]> {
  try {
    return (await readFolder(folder)).map(({ name }) => name).toSorted()
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}
