/** Which rows of a long list are drawn: those in view with some around, so that scrolling shows no holes. */
export interface VisibleRows {
  readonly first: number
  /** One behind the last. */
  readonly end: number
  /** Pixels above the first and of the whole list. */
  readonly above: number
  readonly height: number
}

export function visibleRows(
  count: number,
  rowHeight: number,
  scrolled: number,
  viewHeight: number,
): VisibleRows {
  const around = 8
  const inView = Math.ceil(viewHeight / rowHeight)
  const top = Math.min(Math.floor(Math.max(0, scrolled) / rowHeight), Math.max(0, count - inView))
  const first = Math.max(0, top - around)
  const end = Math.min(count, top + inView + around)
  return { first, end, above: first * rowHeight, height: count * rowHeight }
}
