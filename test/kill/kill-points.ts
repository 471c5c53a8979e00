import type { Subject } from './build-subject.ts'
import { killAt, rehearse, type KillPoint, type Verdict } from './kill-at.ts'
import {
  pointsOfCommands,
  pointsOfDifferentCommands,
  pointsOfEffects,
  sample,
  type Counted,
} from './points.ts'

/** A family of points, enumerated by runs that nobody kills. */
export interface Family {
  readonly name: string
  /** How many of it the part that runs with all other tests takes. */
  readonly part: number
  /** `rehearsals`: how many runs that nobody kills are looked at; what one does not come to another may. */
  points(subject: Subject, rehearsals: number): Promise<readonly KillPoint[]>
}

export const families: readonly Family[] = [
  {
    name: 'effects of submit, watch, collect and notify',
    part: 2,
    points: async (subject) => pointsOfEffects('run', await rehearse(subject, 'run', 'effects')),
  },
  {
    name: 'effects of cancelling',
    part: 1,
    points: async (subject) => pointsOfEffects('cancel', await rehearse(subject, 'cancel', 'effects')),
  },
  {
    name: 'effects of stopping a job with its results kept',
    part: 1,
    points: async (subject) => pointsOfEffects('stop', await rehearse(subject, 'stop', 'effects')),
  },
  {
    name: 'effects of asking and being answered',
    part: 1,
    points: async (subject) => pointsOfEffects('answer', await rehearse(subject, 'answer', 'effects')),
  },
  {
    name: 'commands of the submit script',
    part: 1,
    async points(subject, rehearsals) {
      const [submit, commands] = await commandsOf(subject, rehearsals, {
        task: 'run',
        script: 'submit',
        job: 'first',
      })
      return [
        ...pointsOfCommands(submit, commands, ['shell']),
        ...pointsOfDifferentCommands(submit, commands, ['group', 'engine', 'all']),
      ]
    },
  },
  {
    name: 'commands of the wrapper',
    part: 1,
    async points(subject, rehearsals) {
      const points: KillPoint[] = []
      for (const script of ['run', 'launch', 'timer']) {
        const [role, commands] = await commandsOf(subject, rehearsals, {
          task: 'run',
          script,
          job: 'executed/first',
        })
        points.push(...pointsOfCommands(role, commands, ['shell', 'group', 'engine']))
      }
      return points
    },
  },
  {
    name: 'commands of the look script',
    part: 1,
    async points(subject, rehearsals) {
      const [look, commands] = await commandsOf(subject, rehearsals, { task: 'run', script: 'look', job: '' })
      return pointsOfDifferentCommands(look, commands, ['shell'])
    },
  },
  {
    name: 'commands of the cancel script',
    part: 1,
    async points(subject, rehearsals) {
      const [cancel, commands] = await commandsOf(subject, rehearsals, {
        task: 'cancel',
        script: 'cancel',
        job: '',
      })
      return pointsOfDifferentCommands(cancel, commands, ['shell', 'engine'])
    },
  },
]

/** What is over sooner in one run than in another: the longest of some is taken. */
async function commandsOf(
  subject: Subject,
  rehearsals: number,
  counted: Counted,
): Promise<readonly [Counted, readonly string[]]> {
  let longest: readonly string[] = []
  for (let turn = 0; turn < rehearsals; turn++) {
    const commands = await rehearse(subject, counted.task, counted)
    if (commands.length > longest.length) longest = commands
  }
  return [counted, longest]
}

export interface KillReport {
  readonly enumerated: number
  readonly killed: readonly Verdict[]
  /** Points that a run did not come to, each tried some times: what it does is not the same in every run. */
  readonly missed: readonly Verdict[]
  readonly faults: readonly string[]
}

const tries = 4

/** How many points are tried at a time: here each takes a processor; on a cluster it mostly waits. */
const atOnce = ({ remote }: Subject) => (remote === undefined ? 2 : 6)

/** Kills at all points of a family, or at an evenly spread part of it, some at a time. */
export async function killAtPoints(
  subject: Subject,
  { points }: Family,
  atMost: number,
): Promise<KillReport> {
  const all = await points(subject, atMost === Infinity ? 3 : 1)
  const chosen = sample(all, atMost)
  const verdicts: Verdict[] = []
  const tryAll = async (points: readonly KillPoint[]) => {
    const left = [...points]
    const work = async () => {
      for (let point = left.shift(); point !== undefined; point = left.shift())
        verdicts.push(...(await tryAt(subject, point)))
    }
    await Promise.all(Array.from({ length: atOnce(subject) }, work))
  }
  await tryAll(chosen)
  // A small part may be of points that only the run in which they were counted came to.
  if (verdicts.every(({ killed }) => killed === undefined))
    await tryAll(sample(all, atMost * 4).filter((point) => !chosen.includes(point)))
  const last = verdicts.filter(
    ({ point }, index) => verdicts.findLastIndex((one) => one.point === point) === index,
  )
  return {
    enumerated: all.length,
    killed: last.filter(({ killed }) => killed !== undefined),
    missed: last.filter(({ killed }) => killed === undefined),
    faults: verdicts.flatMap(({ point, killed, faults }) =>
      faults.map((fault) => `${JSON.stringify(point)} (${killed ?? 'not killed'}): ${fault}`),
    ),
  }
}

/** Every try is a run of its own, and judged. */
async function tryAt(subject: Subject, point: KillPoint): Promise<readonly Verdict[]> {
  const verdicts: Verdict[] = []
  for (let turn = 0; turn < tries; turn++) {
    const verdict = await killAt(subject, point)
    verdicts.push(verdict)
    if (verdict.killed !== undefined) break
  }
  return verdicts
}
