import { html, nothing, type TemplateResult } from 'lit'
import { View } from '../look/view.ts'
import type { Place } from '../data/place.ts'
import { connectionLight } from './connection-light.ts'
import { navLinks } from './nav-links.ts'
import './notice-button.ts'
import './sign-in-form.ts'
import '../hosts/host-list.ts'
import '../job/job-view.ts'
import '../jobs/job-table.ts'
import '../runs/run-list.ts'
import '../runs/run-view.ts'
import '../waits/wait-list.ts'

/** The frame of the page: where one is, whether it is live, and the place that is looked at. */
export class PageShell extends View {
  override render() {
    const { state, page } = this
    const { connection, welcome } = state
    return html`
      <a class="skip" href="#main" @click=${this.#toMain}>To the content</a>
      <header class="top">
        <a class="brand" href="#/runs">Abeyance</a>
        ${navLinks(state)}
        <span class="spring"></span>
        <span class="workspace" title="The workspace">${welcome?.name ?? ''}</span>
        ${connectionLight(connection)}
        ${connection.kind === 'refused' ? nothing : html`<abeyance-notice-button .page=${page}></abeyance-notice-button>`}
      </header>
      <main id="main" tabindex="-1">
        ${connection.kind === 'refused' ? this.#refused(connection.why) : this.#place(state.place)}
      </main>
    `
  }

  #refused(why: string): TemplateResult {
    return html`<p class="trouble" role="alert">${why}</p>
      <abeyance-sign-in .page=${this.page}></abeyance-sign-in>`
  }

  #place(place: Place): TemplateResult {
    const { page, state } = this
    if (!state.loaded) return html`<p class="quiet waiting">Loading the workspace.</p>`
    switch (place.kind) {
      case 'runs':
        return html`<abeyance-run-list .page=${page}></abeyance-run-list>`
      case 'run':
        return html`<abeyance-run .page=${page}></abeyance-run>`
      case 'jobs':
        return html`<h1>Jobs</h1>
          <abeyance-job-table .page=${page}></abeyance-job-table>`
      case 'job':
        return html`<abeyance-job .page=${page}></abeyance-job>`
      case 'waits':
        return html`<abeyance-wait-list .page=${page}></abeyance-wait-list>`
      case 'hosts':
        return html`<abeyance-host-list .page=${page}></abeyance-host-list>`
    }
  }

  /** The hash is the place; so the link moves the focus itself. */
  readonly #toMain = (event: Event): void => {
    event.preventDefault()
    this.querySelector<HTMLElement>('#main')?.focus()
  }
}

customElements.define('abeyance-page', PageShell)
