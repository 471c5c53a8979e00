import { html, type TemplateResult } from 'lit'
import type { Connection } from '../data/follow-events.ts'
import { stateBadge } from '../look/state-badge.ts'
import type { StateLook } from '../words/state-look.ts'

/** Whether what one sees is live. */
export function connectionLight(connection: Connection): TemplateResult {
  const why = 'why' in connection ? connection.why : ''
  return html`<span class="light" role="status" title=${why}>${stateBadge(looks[connection.kind])}</span>`
}

const looks: Readonly<Record<Connection['kind'], StateLook>> = {
  connecting: { label: 'connecting', shade: 'calm', mark: 'dots' },
  live: { label: 'live', shade: 'good', mark: 'check' },
  lost: { label: 'not live, trying again', shade: 'wait', mark: 'pause' },
  refused: { label: 'not let in', shade: 'bad', mark: 'cross' },
}
