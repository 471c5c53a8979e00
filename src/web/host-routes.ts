import { AbeyanceError } from '../core/error.ts'
import type { DestinationFacts, Standing } from '../workspace/workspace.ts'
import type { JobRow, JobStateName } from './contract.ts'
import { hostList, type HostRow } from './host-contract.ts'
import { isFinalKind } from './is-final-kind.ts'
import { doneAnswer, emptyBody } from './requests.ts'
import { nothing, route, type Route } from './route.ts'
import type { Surroundings } from './surroundings.ts'

export function hostRoutes(around: Surroundings): readonly Route[] {
  const { view, clock } = around
  return [
    route({
      method: 'get',
      path: 'api/hosts',
      summary: 'Destinations: their open jobs, whether they answer, limits',
      role: 'reader',
      query: nothing,
      body: nothing,
      answer: hostList,
      handle: async () => ({ hosts: await hosts(around), now: clock.now() }),
    }),
    route({
      method: 'post',
      path: 'api/hosts/:destination/lift',
      summary: 'Submits again to a destination that was paused',
      role: 'changer',
      query: nothing,
      body: emptyBody,
      answer: doneAnswer,
      async handle({ param }) {
        const destination = param('destination')
        if (!(await hosts(around)).some((host) => host.destination === destination))
          throw new AbeyanceError('unknown-destination', `there is no destination ${destination}`)
        await view.liftPause(destination)
        return { kind: 'done' }
      },
    }),
  ]
}

async function hosts({ view, picture }: Surroundings): Promise<readonly HostRow[]> {
  const [standings, { jobs }] = [await view.standings(), await picture()]
  const facts = view.destinations()
  const open = new Map<string, JobRow[]>([...facts.keys(), ...standings.keys()].map((name) => [name, []]))
  for (const row of jobs.values()) {
    if (isFinalKind(row.state)) continue
    const there = open.get(row.destination) ?? []
    there.push(row)
    open.set(row.destination, there)
  }
  return [...open]
    .map(([name, rows]) => hostRow(name, rows, { facts: facts.get(name), standing: standings.get(name) }))
    .toSorted((one, other) => (one.destination < other.destination ? -1 : 1))
}

interface Known {
  readonly facts: DestinationFacts | undefined
  readonly standing: Standing | undefined
}

function hostRow(destination: string, rows: readonly JobRow[], { facts, standing = {} }: Known): HostRow {
  const jobs: Partial<Record<JobStateName, number>> = {}
  for (const { state } of rows) jobs[state] = (jobs[state] ?? 0) + 1
  const { lapse, paused, spared } = standing
  return {
    destination,
    jobs,
    ...(lapse && {
      unreachable: { since: lapse.since, why: lapse.why, ...(lapse.login && { login: true }) },
    }),
    ...(paused && { paused: { since: paused.since, why: paused.why } }),
    ...(spared && { spared }),
    ...(facts?.answeredAt !== undefined && { lookedAt: facts.answeredAt }),
    limits: limitsOf(facts, rows),
  }
}

/** What is used of a limit is said where the jobs tell it. */
function limitsOf(facts: DestinationFacts | undefined, rows: readonly JobRow[]): HostRow['limits'] {
  const { jobs, cores, submissionsPerMinute } = facts?.limits ?? {}
  const sent = rows.filter((row) => !row.waitsForPlace).length
  const perHour = facts?.schedulerCommandsPerHour
  return [
    ...(jobs === undefined ? [] : [{ what: 'jobs at once', limit: jobs, used: sent }]),
    ...(cores === undefined ? [] : [{ what: 'cores', limit: cores }]),
    ...(submissionsPerMinute === undefined
      ? []
      : [{ what: 'submissions a minute', limit: submissionsPerMinute }]),
    ...(perHour === undefined ? [] : [{ what: 'scheduler commands an hour', limit: perHour }]),
  ]
}
