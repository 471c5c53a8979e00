import { html, nothing, type TemplateResult } from 'lit'
import type { RunGraph } from '../../contract.ts'
import { View } from '../look/view.ts'
import { remember } from '../words/remember.ts'
import { graphDrawing } from './graph-drawing.ts'
import type { Layout } from './lay-out.ts'
import { openLayouts, type Layouts } from './layouts.ts'
import { tallyModules } from './standing.ts'
import { visibleGraph, type VisibleGraph } from './visible-graph.ts'
import './module-panel.ts'

const narrow = matchMedia('(max-width: 48rem)')

/** The pipeline of a run as a drawing with live states; groups fold, and a module that is chosen shows its elements beside. */
export class RunGraphView extends View {
  #folded: ReadonlySet<string> = new Set()
  #chosen: string | undefined
  /** As it fits, until a person says otherwise. */
  #zoom: number | undefined
  #graph: RunGraph | undefined
  #asked: VisibleGraph | undefined
  #drawn: { readonly graph: VisibleGraph; readonly layout: Layout } | undefined
  #layouts: Layouts | undefined
  readonly #shape = remember((graph: RunGraph) => JSON.stringify([graph.modules, graph.connections]))
  readonly #visible = remember(visibleGraph)
  readonly #tallies = remember(tallyModules)

  override connectedCallback(): void {
    super.connectedCallback()
    addEventListener('resize', this.#resized)
    this.#asked = undefined
    this.#layouts = openLayouts((graph, layout) => {
      this.#drawn = { graph, layout }
      this.requestUpdate()
    })
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    removeEventListener('resize', this.#resized)
    this.#layouts?.close()
  }

  /** A narrow window has it from top to bottom. */
  readonly #resized = (): void => this.#change(() => (this.#asked = undefined))

  protected override willUpdate(): void {
    const found = this.state.run?.graph
    if (found === undefined) return
    // Elements that were found meanwhile come with a new graph; it is drawn anew only where its shape is another.
    if (
      this.#graph === undefined ||
      this.#shape(this.#graph) !== JSON.stringify([found.modules, found.connections])
    )
      this.#graph = found
    const visible = this.#visible(this.#graph, this.#folded)
    if (visible === this.#asked) return
    this.#asked = visible
    this.#layouts?.ask(visible, narrow.matches ? 'TB' : 'LR')
  }

  override render() {
    return html`
      ${this.#tools()}
      <div class="graph-and-panel">
        <div class="graph scroller" tabindex="0" role="group" aria-label="Pipeline">${this.#drawing()}</div>
        ${
          this.#chosen === undefined
            ? nothing
            : html`<abeyance-module-panel
                .page=${this.page}
                .module=${this.#chosen}
                .close=${() => this.#change(() => (this.#chosen = undefined))}
              ></abeyance-module-panel>`
        }
      </div>
    `
  }

  #drawing(): TemplateResult {
    const { run, jobs } = this.state
    if (run === undefined || this.#drawn === undefined)
      return html`<p class="quiet">Drawing the pipeline.</p>`
    return graphDrawing({
      ...this.#drawn,
      tallies: this.#tallies(run, jobs),
      chosen: this.#chosen,
      zoom: this.#zoomOf(this.#drawn.layout),
      choose: (module) => this.#change(() => (this.#chosen = this.#chosen === module ? undefined : module)),
      fold: (group) => this.#change(() => (this.#folded = new Set([...this.#folded, group]))),
    })
  }

  /** A drawing that is a little too wide is made smaller; one that would not be legible is scrolled. */
  #zoomOf(layout: Layout | undefined): number {
    const room = this.querySelector('.graph')?.clientWidth ?? 0
    const fits = layout === undefined || room === 0 ? 1 : room / layout.width
    return this.#zoom ?? Math.min(1, Math.max(0.7, fits))
  }

  #tools(): TemplateResult {
    const now = this.#zoomOf(this.#drawn?.layout)
    const groups = (this.#graph?.modules ?? []).filter((module) => module.kind === 'group')
    const zoom = (next: number) => () => this.#change(() => (this.#zoom = Math.min(2, Math.max(0.25, next))))
    const fold = (paths: readonly string[]) => () => this.#change(() => (this.#folded = new Set(paths)))
    const folded = this.#chosen !== undefined && this.#folded.has(this.#chosen) ? this.#chosen : undefined
    return html`<div class="tools" role="toolbar" aria-label="Drawing">
      <button @click=${zoom(now / 1.25)} aria-label="Smaller">−</button>
      <button @click=${zoom(1)} title="In its own size">${Math.round(now * 100)} %</button>
      <button @click=${zoom(now * 1.25)} aria-label="Larger">+</button>
      ${
        groups.length === 0
          ? nothing
          : html`<button @click=${fold(groups.map((group) => group.path))}>Fold groups</button>
              <button ?disabled=${this.#folded.size === 0} @click=${fold([])}>Unfold groups</button>`
      }
      ${
        folded === undefined
          ? nothing
          : html`<button @click=${fold([...this.#folded].filter((path) => path !== folded))}>
              Unfold ${folded}
            </button>`
      }
    </div>`
  }

  #change(act: () => void): void {
    act()
    this.requestUpdate()
  }
}

customElements.define('abeyance-run-graph', RunGraphView)
