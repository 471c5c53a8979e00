import { html } from 'lit'
import { attempt } from '../look/attempt.ts'
import { View } from '../look/view.ts'

/** Asked for where there is neither cookie nor code. */
export class SignInForm extends View {
  readonly #submit = (event: SubmitEvent): void => {
    event.preventDefault()
    const input = this.querySelector('input')
    if (input === null || input.value === '') return
    attempt(() => this.page.signIn(input.value.trim()))
  }

  override render() {
    return html`<form class="sign-in card" @submit=${this.#submit}>
      <h1>Sign in</h1>
      <p>Open the address that <code>abeyance serve</code> printed, or give the token of this workspace.</p>
      <label for="token">Token</label>
      <input id="token" type="password" autocomplete="current-password" />
      <button class="primary">Sign in</button>
    </form>`
  }
}

customElements.define('abeyance-sign-in', SignInForm)
