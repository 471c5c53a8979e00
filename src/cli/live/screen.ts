/** A terminal as a whole: what was on it before is there again when it is closed. */
export interface Screen {
  size(): Size
  /** Shows these lines, each at most as wide as the screen; only what differs is written. */
  draw(lines: readonly string[]): void
  close(): void
}

export interface Size {
  readonly columns: number
  readonly rows: number
}

export interface ScreenOutput {
  write(text: string): void
  size(): Size
}

const enter = '\u001b[?1049h\u001b[?25l\u001b[?7l'
const leave = '\u001b[?7h\u001b[?25h\u001b[?1049l'
// A terminal that knows of it shows all between them at once; others take no notice.
const [begin, end] = ['\u001b[?2026h', '\u001b[?2026l']

/**
 * Draws on the alternate screen. There, unlike below a prompt, the place of a line is known whatever the width does: a resize breaks no
 * lines that are counted, and what differs is written alone, so that nothing flickers.
 */
export function openScreen({ write, size }: ScreenOutput): Screen {
  let drawn: readonly string[] = []
  let before: Size = { columns: 0, rows: 0 }
  let open = true
  write(enter)
  return {
    size,
    draw(lines) {
      if (!open) return
      const now = size()
      const isResized = now.columns !== before.columns || now.rows !== before.rows
      const shown = lines.slice(0, now.rows)
      const last = isResized ? [] : drawn
      const changed = shown.flatMap((line, row) => (last[row] === line ? [] : [`${at(row)}${line}\u001b[K`]))
      const rest = shown.length < last.length ? [`${at(shown.length)}\u001b[J`] : []
      if (isResized || changed.length + rest.length > 0)
        write([begin, ...(isResized ? ['\u001b[2J'] : []), ...changed, ...rest, end].join(''))
      before = now
      drawn = shown
    },
    close() {
      if (open) write(leave)
      open = false
    },
  }
}

function at(row: number): string {
  return `\u001b[${row + 1};1H`
}
