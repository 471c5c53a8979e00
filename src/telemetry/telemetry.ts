import { systemClock, type Clock } from '../core/clock.ts'
import { messageOf } from '../core/error.ts'
import { silent, type Logger } from '../core/logger.ts'
import { ownVersion } from '../core/own-version.ts'
import type { WorkspaceEvent, WorkspaceView } from '../workspace/workspace.ts'
import { isFinalKind } from './job-spans.ts'
import { openSpanWriter } from './span-writer.ts'
import { openSpanTeller, type SpanTeller } from './span-teller.ts'

/** Spans of OpenTelemetry for the runs, modules and jobs of a workspace, each made when it has ended. */
export interface Telemetry {
  /** Whether `@opentelemetry/api` is installed; without it nothing is done. */
  readonly isOn: boolean
  /** To be told each event, also those that come while the workspace opens: `openWorkspace(folder, { onEvent: telemetry.hear })`. */
  hear(event: WorkspaceEvent): void
  /** Where to read what events do not say; what was heard before is made up for. */
  follow(view: WorkspaceView): void
  /** Resolves when what was heard has become spans; to be called before the workspace is closed. Closing twice is fine. */
  close(): Promise<void>
}

export interface TelemetryOptions {
  readonly clock?: Clock
  readonly logger?: Logger
}

/**
 * Writes into the tracer that the application has registered with `@opentelemetry/api`. All that belongs to a run is in one trace,
 * whatever processes drove it: its trace id is the run's id without dashes. Nothing of a job's command, environment or output is told.
 */
export async function telemetry(options: TelemetryOptions = {}): Promise<Telemetry> {
  const { clock = systemClock, logger = silent } = options
  const writer = await openSpanWriter(await ownVersion())
  if (!writer) return { isOn: false, hear() {}, follow() {}, close: () => Promise.resolve() }
  const since = clock.now()
  const early: (readonly [WorkspaceEvent, number])[] = []
  let teller: SpanTeller | undefined
  let working = Promise.resolve()
  let isOpen = true
  const work = (event: WorkspaceEvent, at: number) => {
    working = working
      .then(() => teller?.tell(event, at))
      .catch((error: unknown) => logger.warn({ error: messageOf(error) }, 'a span could not be made'))
  }
  return {
    isOn: true,
    hear(event) {
      if (!isOpen || !isTelling(event)) return
      if (teller) work(event, clock.now())
      else early.push([event, clock.now()])
    },
    follow(view) {
      teller ??= openSpanTeller(view, writer, since)
      for (const [event, at] of early.splice(0)) work(event, at)
    },
    async close() {
      isOpen = false
      await working
    },
  }
}

/** What is to become spans, or is needed for them: most events are of jobs that go on. */
function isTelling(event: WorkspaceEvent): boolean {
  if (event.kind === 'changed') return isFinalKind(event.change.to)
  return event.kind === 'outcome' || event.kind === 'run' || event.kind === 'staging'
}
