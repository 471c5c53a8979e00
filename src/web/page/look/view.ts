import { LitElement } from 'lit'
import type { Page } from '../data/page.ts'
import type { PageState } from '../data/page-state.ts'

/**
 * A component of the page: drawn from the store's state, and drawn again when that changes. In the document itself and not in a
 * shadow of its own, so that one style sheet, labels and the search of the browser reach everything.
 */
export class View extends LitElement {
  static override properties: Record<string, { attribute: false }> = { page: { attribute: false } }
  declare page: Page
  #deaf: (() => void) | undefined

  protected get state(): PageState {
    return this.page.store.state
  }

  /** Whether one may change anything. */
  protected get mayChange(): boolean {
    return this.state.welcome?.role === 'changer'
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.#deaf = this.page.store.listen(() => this.requestUpdate())
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.#deaf?.()
  }

  protected override createRenderRoot(): HTMLElement {
    return this
  }
}
