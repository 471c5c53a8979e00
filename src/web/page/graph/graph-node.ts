import { nothing, svg, type SVGTemplateResult } from 'lit'
import { markShape } from '../look/state-badge.ts'
import type { Box } from './lay-out.ts'
import { inOrder, lookOf, mainStanding, type Tally } from './standing.ts'
import type { VisibleNode } from './visible-graph.ts'

export interface NodeOptions {
  readonly box: Box
  readonly tally: Tally
  readonly chosen: boolean
  press(): void
}

/** A module, or a folded group, as a box with mark, name and words; a map has another box behind it and shares below. */
export function graphNode(node: VisibleNode, { box, tally, chosen, press }: NodeOptions): SVGTemplateResult {
  if (node.kind === 'input' || node.kind === 'output') return freePort(node, box)
  const look = lookOf(mainStanding(tally))
  const words = wordsOf(tally)
  const many = node.module?.over !== undefined
  const kind = node.kind === 'folded' ? 'group' : many ? 'map' : 'module'
  return svg`<g
    class="node ${look.shade} ${node.kind} ${chosen ? 'chosen' : ''}"
    transform="translate(${box.x} ${box.y})"
    role="button"
    tabindex="0"
    aria-pressed=${chosen}
    aria-label="${kind} ${node.label}: ${words}"
    @click=${press}
    @keydown=${(event: KeyboardEvent) => pressByKey(event, press)}
  >
    <title>${node.id}: ${words}</title>
    ${many || node.kind === 'folded' ? svg`<rect class="behind" x="4" y="4" rx="6" width=${box.width} height=${box.height}></rect>` : nothing}
    <rect class="box" rx="6" width=${box.width} height=${box.height}></rect>
    <svg class="mark" x="12" y="11" width="16" height="16" viewBox="0 0 16 16">${markShape(look.mark)}</svg>
    <text class="label" x="36" y="24">${cut(node.label, box.width - 44, 7.5)}</text>
    <text class="words" x="12" y="43">${cut(words, box.width - 20, 6.2)}</text>
    ${shares(tally, box)}
  </g>`
}

/** The frame of an open group. */
export function groupFrame(box: Box): SVGTemplateResult {
  return svg`<rect
    class="frame" rx="8" x=${box.x} y=${box.y} width=${box.width} height=${box.height}
  ></rect>`
}

/** Its name, by which it folds. */
export function groupTitle(node: VisibleNode, box: Box, press: () => void): SVGTemplateResult {
  const many = node.module?.over === undefined ? '' : ' ×'
  return svg`<g class="group-title" role="button" tabindex="0" aria-expanded="true" aria-label="Fold group ${node.label}"
    transform="translate(${box.x} ${box.y})" @click=${press} @keydown=${(event: KeyboardEvent) => pressByKey(event, press)}>
    <rect class="under" rx="8" width=${box.width} height="26"></rect>
    <text x="12" y="18">▾ ${cut(node.label + many, box.width - 30, 7)}</text>
  </g>`
}

/** `3 done, 2 running`; one alone needs no number. */
export function wordsOf(tally: Tally): string {
  const parts = inOrder(tally)
  const all = parts.reduce((sum, [, count]) => sum + count, 0)
  if (all === 0) return 'waiting'
  return parts
    .map(([standing, count]) => (all === 1 ? lookOf(standing).label : `${count} ${lookOf(standing).label}`))
    .join(', ')
}

function freePort(node: VisibleNode, box: Box): SVGTemplateResult {
  return svg`<g class="port" transform="translate(${box.x} ${box.y})">
    <title>${node.kind} ${node.label}</title>
    <rect rx="13" width=${box.width} height=${box.height}></rect>
    <text x=${box.width / 2} y="17" text-anchor="middle">${cut(node.label, box.width - 16, 6.5)}</text>
  </g>`
}

/** How many elements stand how, along the lower edge. */
function shares(tally: Tally, box: Box): readonly SVGTemplateResult[] {
  const parts = inOrder(tally)
  const all = parts.reduce((sum, [, count]) => sum + count, 0)
  if (all < 2) return []
  const whole = box.width - 2
  let x = 1
  return parts.map(([standing, count]) => {
    const [from, width] = [x, (whole * count) / all]
    x += width
    return svg`<rect class="share ${lookOf(standing).shade}" x=${from} y=${box.height - 5} width=${width} height="4"></rect>`
  })
}

function pressByKey(event: KeyboardEvent, press: () => void): void {
  if (event.key !== 'Enter' && event.key !== ' ') return
  event.preventDefault()
  press()
}

function cut(text: string, pixels: number, each: number): string {
  const most = Math.max(3, Math.floor(pixels / each))
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`
}
