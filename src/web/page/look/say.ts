/** Says a sentence in the page's live region, for eyes and ears, until the next one or for a while. */
export function say(sentence: string): void {
  const place = document.querySelector('#said')
  if (place === null) return
  place.textContent = sentence
  clearTimeout(timer)
  timer = setTimeout(() => {
    place.textContent = ''
  }, 12_000)
}

let timer: ReturnType<typeof setTimeout> | undefined
