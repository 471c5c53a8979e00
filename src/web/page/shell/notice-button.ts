import { html, nothing } from 'lit'
import { say } from '../look/say.ts'
import { View } from '../look/view.ts'
import type { News } from '../data/news.ts'

/** Asks the browser whether it may tell of ends while one looks elsewhere, and then does. */
export class NoticeButton extends View {
  #told: ReadonlySet<string> | undefined

  readonly #ask = async (): Promise<void> => {
    const answer = await Notification.requestPermission()
    say(
      answer === 'granted'
        ? 'You will be told here when something ends.'
        : 'The browser will not tell you of ends.',
    )
    this.requestUpdate()
  }

  override render() {
    if (!('Notification' in globalThis)) return nothing
    if (Notification.permission === 'granted') return html`<span class="quiet">notices on</span>`
    const refused = Notification.permission === 'denied'
    return html`<button
      ?disabled=${refused}
      title=${refused ? 'Refused to this page in the settings of the browser.' : ''}
      @click=${this.#ask}
    >
      ${refused ? 'Notices are off' : 'Tell me of ends'}
    </button>`
  }

  protected override updated(): void {
    if ('Notification' in globalThis) this.#tellNews()
  }

  /** Each once; what was there when the page was opened is no news. */
  #tellNews(): void {
    const { news } = this.state
    const told = this.#told ?? new Set(news.map((each) => each.id))
    const fresh = news.filter((each) => !told.has(each.id))
    this.#told = new Set([...told, ...fresh.map((each) => each.id)])
    for (const each of fresh.toReversed()) {
      say(each.title)
      if (Notification.permission === 'granted' && document.hidden) tell(each)
    }
  }
}

function tell(news: News): void {
  const shown = new Notification(news.title, { body: news.text, tag: news.id })
  shown.addEventListener('click', () => {
    globalThis.focus()
    location.hash = news.href
    shown.close()
  })
}

customElements.define('abeyance-notice-button', NoticeButton)
