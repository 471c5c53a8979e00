import type { Notice, NoticeEvent } from '../notifiers/notifier.ts'
import { noticeSubjects } from '../notifiers/notice-subjects.ts'
import type { FinalState } from '../records/job-state.ts'
import type { Calendar } from './calendar.ts'

/** Who is told what. `quiet`: nothing is delivered in these minutes; `digest`: what came is delivered as one at these. */
export interface NoticeRule {
  readonly on: readonly NoticeEvent[]
  /** Only what is about these, by the names of `noticeSubjects`: a value, several of which one is enough, or patterns with `*`. */
  readonly where?: Readonly<Record<string, string | readonly string[]>>
  /** Names of notifiers. */
  readonly to: readonly string[]
  readonly quiet?: string
  readonly digest?: string
}

/** A rule with its calendars and patterns read. */
export interface ReadRule {
  readonly to: ReadonlySet<string>
  readonly quiet: Calendar | undefined
  readonly digest: Calendar | undefined
  /** Whether it is about this notice. */
  concerns(notice: Notice): boolean
}

/** What a rule asks about that notices of its events do not tell, by its name under `where`; in words. */
export function faultsOfWhere({
  on,
  where = {},
}: Pick<NoticeRule, 'on' | 'where'>): ReadonlyMap<string, string> {
  const faults = new Map<string, string>()
  for (const [name, values] of Object.entries(where)) {
    const strange = on.find((event) => !subjectsOf(event).includes(name))
    const wrong = name === 'state' ? [values].flat().find((value) => !canBeState(value)) : undefined
    if (strange !== undefined)
      faults.set(
        name,
        `notices of \`${strange}\` do not tell \`${name}\`, but ${subjectsOf(strange).join(', ')}; give that event a rule of its own`,
      )
    else if (wrong !== undefined)
      faults.set(name, `no job ends as \`${wrong}\`; it is one of ${ends.join(', ')}`)
  }
  return faults
}

const ends: readonly FinalState['kind'][] = ['succeeded', 'failed', 'cancelled', 'lost']

function subjectsOf(event: NoticeEvent): readonly string[] {
  return noticeSubjects[event]
}

function canBeState(value: string): boolean {
  return ends.some((end) => patternOf(value).test(end))
}

/** Whether a notice is one of those that a rule asks for. */
export function concernsOf({ on, where = {} }: Pick<NoticeRule, 'on' | 'where'>): ReadRule['concerns'] {
  const events = new Set(on)
  const asked = Object.entries(where).map(([name, values]) => {
    const patterns = (typeof values === 'string' ? [values] : values).map(patternOf)
    return { name, fits: (value: string) => patterns.some((pattern) => pattern.test(value)) }
  })
  return ({ event, about }) => events.has(event) && asked.every(({ name, fits }) => fits(about[name] ?? ''))
}

function patternOf(text: string): RegExp {
  const parts = text.split('*').map((part) => part.replaceAll(/[\\^$.+?()[\]{}|]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`, 's')
}
