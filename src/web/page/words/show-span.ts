/** How long something takes or took, short enough for a column: `850 ms`, `12 s`, `4:05`, `3:04:05`, `2 d 3 h`. Milliseconds. */
export function showSpan(milliseconds: number): string {
  const span = Math.max(0, milliseconds)
  if (span < 1000) return `${Math.round(span)} ms`
  const seconds = Math.floor(span / 1000)
  if (seconds < 60) return `${seconds} s`
  const [minutes, hours, days] = [
    Math.floor(seconds / 60),
    Math.floor(seconds / 3600),
    Math.floor(seconds / 86_400),
  ]
  if (hours < 1) return `${minutes}:${two(seconds % 60)}`
  if (days < 2) return `${hours}:${two(minutes % 60)}:${two(seconds % 60)}`
  return `${days} d ${hours % 24} h`
}

function two(count: number): string {
  return String(count).padStart(2, '0')
}
