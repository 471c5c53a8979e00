import type { z } from 'zod'
import { nothing, route, type Route } from './route.ts'
import type { Surroundings } from './surroundings.ts'
import { isFinalKind } from './is-final-kind.ts'
import { jobStateName, runStateName } from './contract.ts'

/** Prometheus' text form. Labels are states and destinations, of which there are few; never jobs or runs. */
export function metricRoutes(around: Surroundings): readonly Route[] {
  return [
    route({
      method: 'get',
      path: 'metrics',
      summary: 'Runs, jobs and destinations in numbers, for Prometheus',
      role: 'reader',
      query: nothing,
      body: nothing,
      answer: 'text/plain',
      handle: async () =>
        new Response(await metrics(around), {
          headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' },
        }),
    }),
  ]
}

async function metrics({ view, clock, picture }: Surroundings): Promise<string> {
  const [runs, standings, { jobs }] = [await view.runs(), await view.standings(), await picture()]
  const rows = [...jobs.values()]
  const facts = view.destinations()
  const names = [...new Set([...facts.keys(), ...standings.keys()])].toSorted()
  const open = rows.filter(({ state }) => !isFinalKind(state))
  const oldest = (state: string) =>
    Math.max(0, ...open.filter((row) => row.state === state).map(({ since }) => (clock.now() - since) / 1000))
  return [
    ...gauge(
      'abeyance_runs',
      'Runs by state',
      by(runStateName, (state) => count(runs, state)),
    ),
    ...gauge(
      'abeyance_jobs',
      'Jobs by state',
      by(jobStateName, (state) => count(rows, state)),
    ),
    ...gauge(
      'abeyance_jobs_open',
      'Open jobs by destination',
      names.map((name) => [
        label('destination', name),
        open.filter((row) => row.destination === name).length,
      ]),
    ),
    ...gauge('abeyance_jobs_oldest_seconds', 'How long the oldest open job has been in its state', [
      [label('state', 'queued'), oldest('queued')],
      [label('state', 'running'), oldest('running')],
    ]),
    ...gauge(
      'abeyance_destination_answers',
      'Whether a destination answers: 0 where it is known not to',
      names.map((name) => [label('destination', name), standings.get(name)?.lapse ? 0 : 1]),
    ),
    ...gauge(
      'abeyance_destination_paused',
      'Whether nothing is submitted to a destination since no job of it has shown itself',
      names.map((name) => [label('destination', name), standings.get(name)?.paused ? 1 : 0]),
    ),
    ...gauge(
      'abeyance_destination_spared',
      'Whether a destination is not asked, or less, since the budget of its host is spent',
      names.map((name) => [label('destination', name), standings.get(name)?.spared ? 1 : 0]),
    ),
    '',
  ].join('\n')
}

type Sample = readonly [label: string, value: number]

function gauge(name: string, help: string, samples: readonly Sample[]): readonly string[] {
  const lines = samples.map(([where, value]) => `${name}{${where}} ${value}`)
  return lines.length === 0 ? [] : [`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, ...lines]
}

function by<S extends string>(
  states: z.ZodType<S> & { readonly options: readonly S[] },
  of: (state: S) => number,
) {
  return states.options.map((state): Sample => [label('state', state), of(state)])
}

function count<S>(all: readonly { readonly state: S }[], state: S): number {
  return all.filter((one) => one.state === state).length
}

function label(name: string, value: string): string {
  return `${name}="${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`
}
