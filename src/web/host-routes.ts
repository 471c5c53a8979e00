import { AbeyanceError } from '../core/error.ts'
import type { BudgetOf } from '../workspace/budget-report.ts'
import type { DestinationFacts, Standing } from '../workspace/workspace.ts'
import type { JobRow, JobStateName } from './contract.ts'
import { hostList, type HostRow } from './host-contract.ts'
import { isFinalKind } from './is-final-kind.ts'
import { keepFor } from './keep-for.ts'
import { doneAnswer, emptyBody } from './requests.ts'
import { nothing, route, type Route } from './route.ts'
import type { Surroundings } from './surroundings.ts'

export function hostRoutes(around: Surroundings): readonly Route[] {
  const { view, clock } = around
  // Books are files that grow; pages ask every few seconds, each of them.
  const budgets = keepFor(clock, 5000, () => view.budgets())
  return [
    route({
      method: 'get',
      path: 'api/hosts',
      summary: 'Destinations: their open jobs, whether they answer, limits, what is spent of budgets',
      role: 'reader',
      query: nothing,
      body: nothing,
      answer: hostList,
      handle: async () => ({ hosts: await hosts(around, await budgets()), now: clock.now() }),
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
        const isKnown = view.destinations().has(destination) || (await view.standings()).has(destination)
        if (!isKnown) throw new AbeyanceError('unknown-destination', `there is no destination ${destination}`)
        await view.liftPause(destination)
        return { kind: 'done' }
      },
    }),
  ]
}

async function hosts(
  { view, picture }: Surroundings,
  budgets: ReadonlyMap<string, BudgetOf>,
): Promise<readonly HostRow[]> {
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
    .map(([name, rows]) =>
      hostRow(name, rows, {
        facts: facts.get(name),
        standing: standings.get(name),
        budget: budgets.get(name),
      }),
    )
    .toSorted((one, other) => (one.destination < other.destination ? -1 : 1))
}

interface Known {
  readonly facts: DestinationFacts | undefined
  readonly standing: Standing | undefined
  readonly budget: BudgetOf | undefined
}

function hostRow(
  destination: string,
  rows: readonly JobRow[],
  { facts, standing = {}, budget }: Known,
): HostRow {
  const jobs: Partial<Record<JobStateName, number>> = {}
  for (const { state } of rows) jobs[state] = (jobs[state] ?? 0) + 1
  const { lapse, paused, spared } = standing
  return {
    destination,
    ...(facts && { runner: facts.runner }),
    jobs,
    ...(lapse && {
      unreachable: { since: lapse.since, why: lapse.why, ...(lapse.login && { login: true }) },
    }),
    ...(paused && { paused: { since: paused.since, why: paused.why } }),
    ...(spared && { spared }),
    ...(facts?.answeredAt !== undefined && { lookedAt: facts.answeredAt }),
    limits: limitsOf(facts, rows),
    budget: budget ? spent(budget, facts) : [],
  }
}

function spent(
  { connections, schedulerCommands, schedulerCommandsInDoubt, bytes }: BudgetOf,
  facts: DestinationFacts | undefined,
): HostRow['budget'] {
  return [
    ...(connections ? [{ what: 'connections', ...connections } as const] : []),
    ...(facts?.runner === 'local' // there is no scheduler
      ? []
      : ([
          { what: 'scheduler-commands', ...schedulerCommands },
          { what: 'scheduler-commands-in-doubt', ...schedulerCommandsInDoubt },
        ] as const)),
    { what: 'bytes', ...bytes },
  ]
}

/** What is used of a limit is said where the jobs tell it. */
function limitsOf(facts: DestinationFacts | undefined, rows: readonly JobRow[]): HostRow['limits'] {
  const { jobs, cores, submissionsPerMinute } = facts?.limits ?? {}
  const sent = rows.filter((row) => !row.waitsForPlace).length
  return [
    ...(jobs === undefined ? [] : [{ what: 'jobs at once', limit: jobs, used: sent }]),
    ...(cores === undefined ? [] : [{ what: 'cores', limit: cores }]),
    ...(submissionsPerMinute === undefined
      ? []
      : [{ what: 'submissions a minute', limit: submissionsPerMinute }]),
  ]
}
