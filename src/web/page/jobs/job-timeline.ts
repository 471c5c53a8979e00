import { html, nothing, type TemplateResult } from 'lit'
import type { JobRow } from '../../contract.ts'
import { hrefOf } from '../data/place.ts'
import { RowWindow } from '../look/row-window.ts'
import { mark } from '../look/state-badge.ts'
import { View } from '../look/view.ts'
import { remember } from '../words/remember.ts'
import { showSpan } from '../words/show-span.ts'
import { showClock, showTime } from '../words/show-time.ts'
import { jobLooks } from '../words/state-look.ts'
import { queueTime, runTime } from './job-times.ts'
import { timeBar, timeSpan, timeTicks, type TimeSpan } from './time-bars.ts'

const rowHeight = 28

/** When each job waited and when it ran, one line each, in the order in which they came. */
export class JobTimeline extends View {
  static override properties = { ...View.properties, keys: { attribute: false } as const }
  declare keys: ReadonlySet<string>
  readonly #rows = new RowWindow(this, '.timeline', () => rowHeight)
  readonly #mine = remember((jobs: ReadonlyMap<string, JobRow>, keys: ReadonlySet<string>) =>
    [...keys]
      .flatMap((key) => jobs.get(key) ?? [])
      .toSorted((one, other) => beginOf(one) - beginOf(other) || (one.name < other.name ? -1 : 1)),
  )

  override render() {
    const { jobs, now } = this.state
    const mine = this.#mine(jobs, this.keys)
    if (mine.length === 0) return html`<p class="empty">No job of this run has been submitted yet.</p>`
    const span = timeSpan(mine, now)
    const { first, end, above, height } = this.#rows.rows(mine.length)
    return html`
      <p class="legend quiet">
        <span class="swatch wait"></span> queued <span class="swatch busy"></span> ran, ${showTime(span.from)}
        to ${showTime(span.to)}
      </p>
      <div
        class="timeline scroller"
        tabindex="0"
        role="group"
        aria-label="Timeline"
        @scroll=${this.#rows.scrolled}
      >
        <div class="axis" aria-hidden="true">
          ${timeTicks(span).map(
            (tick) => html`<span .style=${`left:${share(tick, span)}%`}>${showClock(tick)}</span>`,
          )}
        </div>
        <ul class="lines" .style=${`height:${height}px;padding-top:${above}px`}>
          ${mine.slice(first, end).map((job) => this.#line(job, span))}
        </ul>
      </div>
    `
  }

  #line(job: JobRow, span: TimeSpan): TemplateResult {
    const { now } = this.state
    const { queue, run } = timeBar(job, span, now)
    const look = jobLooks[job.state]
    const times = [queueTime(job, now), runTime(job, now)].map((time) =>
      time === undefined ? '–' : showSpan(time),
    )
    const words = `${look.label}, queued for ${times[0]}, ran for ${times[1]}`
    return html`<li class=${look.shade}>
      <a href=${hrefOf({ kind: 'job', key: job.key })} title=${`${job.name}: ${words}`}
        >${mark(look.mark)} <span>${job.name}</span><span class="hidden">, ${words}</span></a
      >
      <span class="track" aria-hidden="true">
        ${queue === undefined ? nothing : html`<span class="waited" .style=${place(queue)}></span>`}
        ${run === undefined ? nothing : html`<span class="ran" .style=${place(run)}></span>`}
      </span>
    </li>`
  }
}

function place({ from, to }: { readonly from: number; readonly to: number }): string {
  return `left:${from * 100}%;width:max(2px,${(to - from) * 100}%)`
}

function share(time: number, span: TimeSpan): number {
  return ((time - span.from) / (span.to - span.from)) * 100
}

function beginOf(job: JobRow): number {
  return job.submittedAt ?? job.queuedAt ?? job.startedAt ?? job.since
}

customElements.define('abeyance-timeline', JobTimeline)
