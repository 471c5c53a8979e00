import { html, nothing, type TemplateResult } from 'lit'
import { diskList, type DiskList, type DiskRow } from '../../host-contract.ts'
import { hrefOf } from '../data/place.ts'
import { attempt } from '../look/attempt.ts'
import { say } from '../look/say.ts'
import { View } from '../look/view.ts'
import { showSize } from '../words/show-size.ts'
import { showSpan } from '../words/show-span.ts'

type Measured = Extract<DiskRow['found'], { kind: 'measured' }>

/** What the folders of jobs take on each machine: asked of the machines, so only when somebody wants to know. */
export class DiskView extends View {
  #disk: DiskList | undefined
  #asking = false

  override render() {
    return html`
      <header class="heading">
        <h2>Disk</h2>
        <button ?disabled=${this.#asking} @click=${() => attempt(() => this.#measure())}>
          ${this.#asking ? 'Asking the machines' : 'Measure what folders take'}
        </button>
      </header>
      ${this.#disk === undefined ? nothing : this.#measured(this.#disk)}
    `
  }

  async #measure(): Promise<void> {
    this.#asking = true
    this.requestUpdate()
    try {
      this.#disk = await this.page.api.get('api/disk', diskList)
      say('The folders are measured.')
    } finally {
      this.#asking = false
      this.requestUpdate()
    }
  }

  #measured({ machines, measuredAt }: DiskList): TemplateResult {
    return html`<p class="quiet">Measured ${showSpan(this.state.now - measuredAt)} ago.</p>
      <ul class="hosts disks">
        ${machines.map((machine) => this.#machine(machine))}
      </ul>`
  }

  #machine({ destinations, host, found, toRemove }: DiskRow): TemplateResult {
    return html`<li class="card host">
      <h3>${destinations.join(', ')} <span class="quiet">on ${host}</span></h3>
      ${
        found.kind === 'measured'
          ? sizes(found)
          : found.kind === 'unsupported'
            ? html`<p class="message off">Its runner cannot tell what folders take.</p>`
            : html`<p class="message bad">Could not be asked: ${found.why}</p>`
      }
      ${this.#removals(toRemove)}
    </li>`
  }

  #removals({ waiting, firstDue, failed, failedMore = 0 }: DiskRow['toRemove']): TemplateResult {
    const { now } = this.state
    const wait = (firstDue ?? now) - now
    return html`${
      waiting === 0
        ? nothing
        : html`<p>
            ${waiting} ${waiting === 1 ? 'folder is' : 'folders are'} to be removed, the first
            ${wait <= 0 ? 'now' : `in ${showSpan(wait)}`}.
          </p>`
    }
    ${failed.map(
      ({ tag, times, at, why }) =>
        html`<p class="message wait">
          <code>${tag}</code> could not be removed (${times} ${times === 1 ? 'try' : 'tries'}, the last
          ${showSpan(now - at)} ago) and is tried again: ${why}
        </p>`,
    )}
    ${failedMore === 0 ? nothing : html`<p class="quiet">And ${failedMore} more.</p>`}`
  }
}

function sizes({ folder, attempts, others, cache, leftovers, free }: Measured): TemplateResult {
  const all = attempts.reduce((sum, { bytes }) => sum + bytes, cache + leftovers + (others?.bytes ?? 0))
  const line = (name: string | TemplateResult, bytes: number) =>
    html`<tr>
      <td>${name}</td>
      <td class="size">${showSize(bytes)}</td>
    </tr>`
  return html`<p>
      <strong>${showSize(all)}</strong> in
      <code>${folder}</code>${free === undefined ? '' : `, ${showSize(free)} free`}
    </p>
    ${
      all === 0
        ? nothing
        : html`<details>
            <summary>What takes it</summary>
            <table>
              <tbody>
                ${cache === 0 ? nothing : line('cache of what was sent', cache)}
                ${leftovers === 0 ? nothing : line('removal was cut off', leftovers)}
                ${attempts.map(({ tag, bytes, job }) =>
                  line(
                    job === undefined
                      ? html`<code>${tag}</code> (no record of it)`
                      : html`<a href=${hrefOf({ kind: 'job', key: job.key })}>${job.name}</a>, attempt
                          ${job.attempt}`,
                    bytes,
                  ),
                )}
                ${others === undefined ? nothing : line(`${others.count} smaller folders`, others.bytes)}
              </tbody>
            </table>
          </details>`
    }`
}

customElements.define('abeyance-disk', DiskView)
