/** Asks a person and waits for the answer; closing the dialog is a no. What is asked is text, never markup. */
export function ask(question: string, yes: string, more = ''): Promise<boolean> {
  const dialog = document.createElement('dialog')
  dialog.className = 'ask'
  const heading = element('h2', question)
  heading.id = `ask-${crypto.randomUUID()}`
  dialog.setAttribute('aria-labelledby', heading.id)
  const form = document.createElement('form')
  form.method = 'dialog'
  const no = button('Not now', 'no')
  form.append(no, button(yes, 'yes', 'primary'))
  dialog.append(heading, ...more.split('\n').map((line) => element('p', line)), form)
  document.body.append(dialog)
  dialog.showModal()
  no.focus()
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      resolve(dialog.returnValue === 'yes')
      dialog.remove()
    })
  })
}

function element(name: 'h2' | 'p', text: string): HTMLElement {
  const made = document.createElement(name)
  made.textContent = text
  return made
}

function button(text: string, value: string, kind = ''): HTMLButtonElement {
  const made = document.createElement('button')
  made.textContent = text
  made.value = value
  made.className = kind
  return made
}
