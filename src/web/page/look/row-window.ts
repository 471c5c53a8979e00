import type { ReactiveController, ReactiveControllerHost } from 'lit'
import { visibleRows, type VisibleRows } from '../words/visible-rows.ts'

/** Draws only the rows of a long list that are in view: asks which, and has its component drawn again when it scrolls. */
export class RowWindow implements ReactiveController {
  readonly #host: ReactiveControllerHost & HTMLElement
  readonly #selector: string
  readonly #rowHeight: () => number
  readonly #resized = new ResizeObserver(() => this.#host.requestUpdate())
  #scroller: HTMLElement | undefined

  /** `selector`: the element within the component that scrolls. `rowHeight`: pixels. */
  constructor(host: ReactiveControllerHost & HTMLElement, selector: string, rowHeight: () => number) {
    this.#host = host
    this.#selector = selector
    this.#rowHeight = rowHeight
    host.addController(this)
  }

  get scroller(): HTMLElement | undefined {
    return this.#scroller
  }

  /** To be given as the element's `@scroll`. */
  readonly scrolled = (): void => this.#host.requestUpdate()

  rows(count: number): VisibleRows {
    const { scrollTop, clientHeight } = this.#scroller ?? { scrollTop: 0, clientHeight: 800 }
    return visibleRows(count, this.#rowHeight(), scrollTop, clientHeight)
  }

  /** Scrolls as little as brings a row into view; `covered` pixels at the top are not in view. */
  show(index: number, covered = 0): void {
    const [scroller, height] = [this.#scroller, this.#rowHeight()]
    if (scroller === undefined) return
    const top = index * height
    if (top < scroller.scrollTop) scroller.scrollTop = top
    const bottom = top + height + covered
    if (bottom > scroller.scrollTop + scroller.clientHeight)
      scroller.scrollTop = bottom - scroller.clientHeight
  }

  hostUpdated(): void {
    const found = this.#host.querySelector<HTMLElement>(this.#selector) ?? undefined
    if (found === this.#scroller) return
    this.#resized.disconnect()
    this.#scroller = found
    if (found !== undefined) this.#resized.observe(found)
  }

  hostDisconnected(): void {
    this.#resized.disconnect()
    this.#scroller = undefined
  }
}
