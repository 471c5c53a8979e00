import { html, svg, type SVGTemplateResult, type TemplateResult } from 'lit'
import { markPath, type MarkName } from '../words/mark-path.ts'
import type { StateLook } from '../words/state-look.ts'

/** A state as mark and word; the word alone is for who listens. */
export function stateBadge(look: StateLook, more?: string): TemplateResult {
  const words = more === undefined ? look.label : `${look.label}, ${more}`
  return html`<span class="badge ${look.shade}">${mark(look.mark)}<span>${words}</span></span>`
}

export function mark(name: MarkName): TemplateResult {
  return html`<svg class="mark" viewBox="0 0 16 16" aria-hidden="true">${markShape(name)}</svg>`
}

/** Of a drawing. */
export function markShape(name: MarkName): SVGTemplateResult {
  return svg`<path class=${name === 'play' ? 'filled' : 'stroked'} d=${markPath[name]}></path>`
}
