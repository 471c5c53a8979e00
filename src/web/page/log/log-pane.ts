import { html, nothing, type TemplateResult } from 'lit'
import type { StreamName } from '../../contract.ts'
import { showSize } from '../words/show-size.ts'
import type { LogSource } from './log-source.ts'

/** What stands above the lines of one stream: its name, what is not shown of it, and what is to be said. */
export function streamHead(source: LogSource, href: string, earlier: () => void): TemplateResult {
  const { buffer, state, stream } = source
  const left = buffer.start
  return html`<div class="stream-head">
    <h3>${stream}</h3>
    <span class="quiet size">${showSize(buffer.end)}</span>
    ${
      left > 0
        ? html`<button ?disabled=${state.loadingEarlier || state.noEarlier !== undefined} @click=${earlier}>
            Load earlier (${showSize(left)})
          </button>`
        : nothing
    }
    <a href=${href} download aria-label=${`Download the whole of ${stream}`}>Download</a>
    ${sentencesOf(source).map((sentence) => html`<p class="sentence">${sentence}</p>`)}
  </div>`
}

/** What a person is told of a stream, the sentence of rule L3 among it. */
export function sentencesOf({ state, buffer }: LogSource): readonly string[] {
  const { gap, note, noEarlier, waiting, connection, ended } = state
  const nothingYet = buffer.end === buffer.start && gap === undefined && connection.kind === 'live'
  return [
    gap?.sentence,
    note,
    noEarlier,
    waiting ? 'More has come than is kept while not following: follow to go on.' : undefined,
    'why' in connection ? connection.why : undefined,
    nothingYet ? (ended ? 'It printed nothing.' : 'Nothing has been printed yet.') : undefined,
  ].filter((sentence) => sentence !== undefined)
}

export function wholeHref(job: string, stream: StreamName, attempt: number | undefined): string {
  const which = attempt === undefined ? '' : `&attempt=${attempt}`
  return `api/jobs/${encodeURIComponent(job)}/logs/${stream}?download=1${which}`
}
