import { html, nothing, type PropertyValues, type TemplateResult } from 'lit'
import type { StreamName } from '../../contract.ts'
import { say } from '../look/say.ts'
import { View } from '../look/view.ts'
import { findLine } from './find-line.ts'
import { linesOf, mergedLines, type LogLines } from './log-lines.ts'
import './log-list.ts'
import type { LogList } from './log-list.ts'
import { streamHead, wholeHref } from './log-pane.ts'
import { openLogSource, type LogSource } from './log-source.ts'

const views = ['beside', 'merged', 'stdout', 'stderr', 'around'] as const
type LogView = (typeof views)[number]
const titles: Readonly<Record<LogView, string>> = {
  beside: 'Side by side',
  merged: 'Merged',
  stdout: 'stdout',
  stderr: 'stderr',
  around: 'Around it',
}
/** What the command itself writes, and what is written around it by the scripts of a server and its scheduler. */
const own: readonly [StreamName, StreamName] = ['stdout', 'stderr']
const around: readonly [StreamName, StreamName] = ['job_stdout', 'job_stderr']

/** What a job prints, live: both streams side by side or merged, followed, searched, downloaded. */
export class LogPanel extends View {
  static override properties = {
    ...View.properties,
    job: { attribute: false } as const,
    attempt: { attribute: false } as const,
  }
  declare job: string
  /** An earlier attempt; the present one when not given. */
  declare attempt: number | undefined
  #sources: readonly [out: LogSource, error: LogSource] | undefined
  #view: LogView = 'beside'
  #following = true
  #needle = ''
  #found: { readonly list: string; readonly index: number } | undefined
  /** What the merged list was when following ended: it must not move while it is read. */
  #still: LogLines | undefined
  #frame = 0

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#close()
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (this.#sources !== undefined && !changed.has('job') && !changed.has('attempt')) return
    this.#open()
  }

  #open(): void {
    this.#close()
    this.#following = true
    this.#still = undefined
    const open = (stream: StreamName) =>
      openLogSource({
        api: this.page.api,
        job: this.job,
        stream,
        ...(this.attempt !== undefined && { attempt: this.attempt }),
        changed: () => this.#drawSoon(),
      })
    const [out, error] = this.#view === 'around' ? around : own
    this.#sources = [open(out), open(error)]
  }

  override render() {
    if (this.#sources === undefined) return nothing
    const [out, error] = this.#sources
    const shown = this.#view === 'stdout' ? [out] : this.#view === 'stderr' ? [error] : [out, error]
    return html`<section class="card log ${this.#view}" aria-label="Logs">
      ${this.#tools()}
      ${
        this.#view === 'merged'
          ? html`<div class="pane">
              ${shown.map((source) => this.#head(source))}
              ${this.#list('merged', this.#mergedLines(out, error), 'Both streams')}
            </div>`
          : html`<div class="panes">
              ${shown.map(
                (source) =>
                  html`<div class="pane">
                    ${this.#head(source)}
                    ${this.#list(source.stream, linesOf(source.stream, source.buffer), `${source.stream} of the job`)}
                  </div>`,
              )}
            </div>`
      }
    </section>`
  }

  #tools(): TemplateResult {
    return html`<div class="tools">
      <h2>Logs${this.attempt === undefined ? '' : ` of attempt ${this.attempt}`}</h2>
      <div class="chips" role="group" aria-label="Which streams">
        ${views.map(
          (view) =>
            html`<button class="chip" aria-pressed=${view === this.#view} @click=${() => this.#change(view)}>
              ${titles[view]}
            </button>`,
        )}
      </div>
      <label class="follow"
        ><input type="checkbox" .checked=${this.#following} @change=${() => this.#follow(!this.#following)} />
        Follow</label
      >
      <form class="find" role="search" aria-label="In the logs" @submit=${this.#submit}>
        <input
          type="search"
          aria-label="Search in the logs"
          placeholder="Search"
          .value=${this.#needle}
          @input=${(event: Event) =>
            event.target instanceof HTMLInputElement && this.#search(event.target.value)}
        />
        <button type="button" aria-label="The match before" @click=${() => this.#find(-1)}>↑</button>
        <button aria-label="The next match">↓</button>
      </form>
    </div>`
  }

  #head(source: LogSource): TemplateResult {
    const earlier = async () => {
      this.#follow(false)
      const rows = await source.earlier()
      this.#still = undefined
      this.requestUpdate()
      await this.updateComplete
      const list = this.#listOf(this.#view === 'merged' ? 'merged' : source.stream)
      await list?.updateComplete
      list?.shift(rows)
    }
    return streamHead(source, wholeHref(this.job, source.stream, this.attempt), () => void earlier())
  }

  #list(name: string, lines: LogLines, label: string): TemplateResult {
    return html`<abeyance-log-list
      data-list=${name}
      .lines=${lines}
      .label=${label}
      .needle=${this.#needle}
      .at=${this.#found?.list === name ? this.#found.index : undefined}
      .following=${this.#following}
      .merged=${name === 'merged'}
      .left=${() => this.#follow(false)}
    ></abeyance-log-list>`
  }

  #mergedLines(stdout: LogSource, stderr: LogSource): LogLines {
    if (!this.#following && this.#still !== undefined) return this.#still
    this.#still = mergedLines(stdout.buffer, stderr.buffer)
    return this.#still
  }

  #follow(on: boolean): void {
    this.#following = on
    for (const source of this.#sources ?? []) source.follow(on)
    this.requestUpdate()
  }

  readonly #submit = (event: SubmitEvent): void => {
    event.preventDefault()
    this.#find(1)
  }

  #search(needle: string): void {
    this.#needle = needle
    this.#found = undefined
    this.requestUpdate()
  }

  /** The next match from the last one on, in the lists that are shown, one after the other. */
  #find(direction: 1 | -1): void {
    const lists = [...this.querySelectorAll<LogList>('abeyance-log-list')]
    const start = Math.max(
      0,
      lists.findIndex((list) => list.dataset['list'] === this.#found?.list),
    )
    for (const list of [...lists.slice(start), ...lists.slice(0, start)]) {
      const name = list.dataset['list'] ?? ''
      const from = this.#found?.list === name ? this.#found.index : direction === 1 ? -1 : 0
      const index = findLine(list.lines, this.#needle, from, direction)
      if (index === undefined) continue
      this.#follow(false)
      this.#found = { list: name, index }
      list.show(index)
      return
    }
    if (this.#needle !== '') say(`No line here has ${this.#needle}. Load earlier lines to search those too.`)
  }

  #listOf(name: string): LogList | undefined {
    return this.querySelector<LogList>(`abeyance-log-list[data-list="${name}"]`) ?? undefined
  }

  /** However much comes, it is drawn once a frame. */
  #drawSoon(): void {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0
      this.requestUpdate()
    })
  }

  #change(view: LogView): void {
    const isOther = (view === 'around') !== (this.#view === 'around')
    this.#view = view
    this.#still = undefined
    if (isOther) this.#open()
    this.requestUpdate()
  }

  #close(): void {
    cancelAnimationFrame(this.#frame)
    this.#frame = 0
    for (const source of this.#sources ?? []) source.close()
    this.#sources = undefined
  }
}

customElements.define('abeyance-log', LogPanel)
