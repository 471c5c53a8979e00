import { readPauses } from '../monitor/pause.ts'
import { readReach, readSpared } from '../monitor/reach.ts'
import type { Readable } from '../records/kept-run.ts'
import type { Standing } from './workspace.ts'

/** What is the matter with destinations, as their driver wrote it down. */
export async function readStandings(store: Readable): Promise<ReadonlyMap<string, Standing>> {
  const standings = new Map<string, Standing>()
  for (const [name, lapse] of await readReach(store)) standings.set(name, { lapse })
  const { paused } = await readPauses(store)
  for (const [name, one] of paused) standings.set(name, { ...standings.get(name), paused: one })
  for (const [name, spared] of await readSpared(store))
    standings.set(name, { ...standings.get(name), spared })
  return standings
}
