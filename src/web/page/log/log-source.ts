import type { StreamName } from '../../contract.ts'
import type { Api } from '../data/api.ts'
import { followEvents } from '../data/follow-events.ts'
import { loadEarlier } from './load-earlier.ts'
import { logBuffer, mostBytes, type LogBuffer } from './log-buffer.ts'
import { takeLogEvent, type LogIntake } from './log-intake.ts'
import { newLogState, type LogState } from './log-state.ts'

/** One stream of one job as it is followed: what is here of it, and what is to be said about the rest. */
export interface LogSource {
  readonly stream: StreamName
  readonly buffer: LogBuffer
  readonly state: LogState
  /** Following keeps the newest; else what is here stays, and reading waits when there is much of it. */
  follow(on: boolean): void
  /** Brings what stands before. Answers how many rows came on top. */
  earlier(): Promise<number>
  close(): void
}

export interface LogSourceOptions {
  readonly api: Api
  readonly job: string
  readonly stream: StreamName
  readonly attempt?: number
  /** Something came or changed: draw it with the next frame. */
  changed(): void
}

export function openLogSource(options: LogSourceOptions): LogSource {
  const { api, stream, changed } = options
  const path = `api/jobs/${encodeURIComponent(options.job)}/logs/${stream}`
  const attempt = options.attempt === undefined ? '' : `?attempt=${options.attempt}`
  const buffer = logBuffer()
  const gate = openGate()
  const closing = new AbortController()
  let state = newLogState

  function change(more: Partial<LogState>): void {
    state = { ...state, ...more }
    changed()
  }

  /** Not following: what is looked at stays, and the server waits for us, as it does for any slow reader (rule L4). */
  async function came(): Promise<void> {
    if (gate.open) buffer.trim()
    change({ gap: undefined })
    if (gate.open || buffer.end - buffer.start <= mostBytes) return
    change({ waiting: true })
    await gate.opened()
    change({ waiting: false })
  }

  const intake: LogIntake = {
    buffer,
    came,
    moved: (why) => change(why === undefined ? {} : { note: why, ended: false }),
    unavailable: (gap) => change({ gap }),
    ended: () => change({ ended: true }),
  }
  void followEvents({
    api,
    path: `${path}/live${attempt}`,
    signal: closing.signal,
    heard: (event) => takeLogEvent(event, intake),
    connection: (connection) => change({ connection }),
  })
  return {
    stream,
    buffer,
    get state() {
      return state
    },
    follow(on) {
      gate.turn(on)
      if (on) buffer.trim()
      if (on) change({ noEarlier: undefined })
    },
    async earlier() {
      if (state.loadingEarlier || buffer.start === 0) return 0
      change({ loadingEarlier: true })
      const answer = await loadEarlier(api, path + attempt, buffer)
      change({ loadingEarlier: false, noEarlier: answer.kind === 'none' ? answer.why : undefined })
      return answer.kind === 'rows' ? answer.rows : 0
    },
    close() {
      closing.abort()
      gate.turn(true)
    },
  }
}

/** Open while following. */
function openGate() {
  let open = true
  let goOn: (() => void) | undefined
  return {
    get open() {
      return open
    },
    turn(on: boolean): void {
      open = on
      if (on) goOn?.()
    },
    opened: () => new Promise<void>((resolve) => (goOn = resolve)),
  }
}
