import type { MonitorSettings } from './monitor-settings.ts'
import type { OpenJob, Roster } from './roster.ts'

/** Milliseconds between two looks for the sake of jobs: short while something happened lately, at most `slowest` when all is quiet, less than the second in which an end is to be answered; `Infinity` when there is none. */
export function lookInterval(
  roster: Roster,
  { now, lastChange }: { now: number; lastChange: number },
  settings: MonitorSettings,
): number {
  if (roster.watched.size === 0) return roster.lost.size === 0 ? Infinity : settings.slowest * 60
  const age = Math.max(0, now - lastChange)
  return Math.min(Math.max(age / 20, settings.quickest), settings.slowest)
}

/**
 * The jobs that are due to be looked into thoroughly: all in doubt, and some of the others in turn, so that no single look
 * asks for too much. Marks them as looked into.
 */
export function chooseDoubtful(
  roster: Roster,
  { now, all }: { now: number; all: boolean },
  settings: MonitorSettings,
): ReadonlySet<OpenJob['tag']> {
  const chosen = new Set<OpenJob['tag']>()
  let room = all ? Infinity : settings.thoroughAtOnce
  for (const group of [roster.watched, roster.lost])
    for (const job of group.values()) {
      const doubt = job.kind === 'submit-unknown'
      // Further off than the longest wait: the clock was set back.
      const due = job.thoroughAt <= now || job.thoroughAt > now + settings.lastRetry
      if (!doubt && !all && (!due || room <= 0)) continue
      chosen.add(job.tag)
      room -= doubt ? 0 : 1
      job.thoroughAt = now + waitOf(job, settings)
    }
  return chosen
}

/** Those of the chosen jobs that may have gone wrong: nobody knows whether they were submitted, or they were not found lately. */
export function urgentOf(
  { watched }: Roster,
  chosen: ReadonlySet<OpenJob['tag']>,
): ReadonlySet<OpenJob['tag']> {
  const urgent = new Set<OpenJob['tag']>()
  for (const tag of chosen) {
    const job = watched.get(tag)
    if (job?.kind === 'submit-unknown' || job?.missingSince !== undefined) urgent.add(tag)
  }
  return urgent
}

function waitOf(job: OpenJob, settings: MonitorSettings): number {
  if (job.kind === 'lost') return settings.lastRetry
  return job.missingSince === undefined
    ? settings.thoroughEvery
    : Math.min(settings.lostGrace, settings.thoroughEvery)
}
