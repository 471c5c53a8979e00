import type { Line } from './lay-out.ts'

/** A line through its points with its corners rounded, as an SVG path. */
export function linePath(points: Line['points']): string {
  const [first, ...rest] = points
  if (first === undefined) return ''
  const last = rest.at(-1) ?? first
  const curves = rest.slice(0, -1).map((point, index) => {
    const next = rest[index + 1] ?? last
    const middle = index === rest.length - 2 ? next : { x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 }
    return `Q${place(point)} ${place(middle)}`
  })
  return `M${place(first)}${curves.length > 0 ? curves.join('') : `L${place(last)}`}`
}

function place({ x, y }: { readonly x: number; readonly y: number }): string {
  return `${Math.round(x * 10) / 10} ${Math.round(y * 10) / 10}`
}
