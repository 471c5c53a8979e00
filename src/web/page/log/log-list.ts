import { html, nothing, type TemplateResult } from 'lit'
import { LitElement } from 'lit'
import type { StreamName } from '../../contract.ts'
import { RowWindow } from '../look/row-window.ts'
import { showClock } from '../words/show-time.ts'
import { ansiSpans } from './ansi-spans.ts'
import type { Ink } from './ink.ts'
import type { LogLine, LogLines } from './log-lines.ts'
import { markMatches, type MarkedSpan } from './mark-matches.ts'
import { shownText } from './shown-text.ts'

export const lineHeight = 18
/** Colours run on over lines: so many lines above those in view are read for the one in which they begin. */
const inkBefore = 100

/** Lines of a log, of which those in view are drawn. What jobs print becomes text nodes, never markup. */
export class LogList extends LitElement {
  static override properties = {
    lines: { attribute: false } as const,
    label: { attribute: false } as const,
    needle: { attribute: false } as const,
    at: { attribute: false } as const,
    following: { attribute: false } as const,
    merged: { attribute: false } as const,
    left: { attribute: false } as const,
  }
  declare lines: LogLines
  declare label: string
  /** What is searched for, and the line that was found. */
  declare needle: string
  declare at: number | undefined
  declare following: boolean
  /** Both streams together: each line says its stream and when it came. */
  declare merged: boolean
  /** Told when a person scrolls away from the end. */
  declare left: () => void
  readonly #rows = new RowWindow(this, '.log-rows', () => lineHeight)
  #lastTop = 0

  protected override createRenderRoot(): HTMLElement {
    return this
  }

  /** Brings a line into view. */
  show(index: number): void {
    this.#rows.show(index)
    this.requestUpdate()
  }

  /** Keeps what is looked at in place when rows came on top. */
  shift(rows: number): void {
    const { scroller } = this.#rows
    if (scroller === undefined) return
    scroller.scrollTop += rows * lineHeight
    this.#lastTop = scroller.scrollTop
  }

  override render() {
    const { first, end, above, height } = this.#range()
    return html`<div
      class="log-rows scroller"
      tabindex="0"
      role="log"
      aria-live="off"
      aria-label=${this.label}
      @scroll=${this.#scrolled}
    >
      <div class="sizer" .style=${`height:${height}px;padding-top:${above}px`}>
        ${this.#drawn(first, end)}
      </div>
    </div>`
  }

  protected override updated(): void {
    const { scroller } = this.#rows
    if (!this.following || scroller === undefined) return
    scroller.scrollTop = scroller.scrollHeight
    this.#lastTop = scroller.scrollTop
  }

  /** The end of it while following, wherever the scroller is still. */
  #range() {
    const rows = this.#rows.rows(this.lines.length)
    if (!this.following) return rows
    const inView = Math.ceil((this.#rows.scroller?.clientHeight ?? 400) / lineHeight) + 8
    const first = Math.max(0, this.lines.length - inView)
    return { ...rows, first, end: this.lines.length, above: first * lineHeight }
  }

  #drawn(first: number, end: number): readonly TemplateResult[] {
    const inks: Partial<Record<StreamName, Ink>> = {}
    const drawn: TemplateResult[] = []
    for (let index = Math.max(0, first - inkBefore); index < end; index += 1) {
      const line = this.lines.row(index)
      const { spans, ink } = ansiSpans(shownText(line.text), inks[line.stream] ?? {})
      inks[line.stream] = ink
      if (index >= first) drawn.push(this.#line(line, index, markMatches(spans, this.needle)))
    }
    return drawn
  }

  #line(line: LogLine, index: number, spans: readonly MarkedSpan[]): TemplateResult {
    const kind = `line ${line.stream}${index === this.at ? ' found' : ''}`
    return html`<div class=${kind}>${this.merged ? this.#beside(line) : nothing}${spans.map(drawSpan)}</div>`
  }

  #beside(line: LogLine): TemplateResult {
    const when = line.time === 0 ? '        ' : showClock(line.time)
    return html`<span class="beside">${when} ${line.stream === 'stdout' ? 'out' : 'err'} </span>`
  }

  /** Scrolling up is a person's: what follows only goes down. */
  readonly #scrolled = (): void => {
    const { scroller } = this.#rows
    if (scroller === undefined) return
    const up = scroller.scrollTop < this.#lastTop - 2
    this.#lastTop = scroller.scrollTop
    const atEnd = scroller.scrollTop + scroller.clientHeight >= scroller.scrollHeight - lineHeight
    if (this.following && up && !atEnd) this.left()
    this.requestUpdate()
  }
}

function drawSpan({ text, ink, match }: MarkedSpan): TemplateResult | string {
  const classes = classesOf(ink)
  const style = styleOf(ink)
  if (classes === '' && style === '' && !match) return text
  const drawn = html`<span class=${classes} .style=${style}>${text}</span>`
  return match ? html`<mark>${drawn}</mark>` : drawn
}

function classesOf({ fore, back, bold, faint, italic, underline, inverse }: Ink): string {
  return [
    typeof fore === 'number' ? `fore-${fore}` : '',
    typeof back === 'number' ? `back-${back}` : '',
    bold ? 'bold' : '',
    faint ? 'faint' : '',
    italic ? 'italic' : '',
    underline ? 'underline' : '',
    inverse ? 'inverse' : '',
  ]
    .filter(Boolean)
    .join(' ')
}

/** Colours are made by `ink.ts` from numbers: no text of a job is in them. */
function styleOf({ fore, back }: Ink): string {
  const colour = typeof fore === 'string' ? `color:${fore};` : ''
  return typeof back === 'string' ? `${colour}background-color:${back}` : colour
}

customElements.define('abeyance-log-list', LogList)
