/** A row as a terminal leaves it standing: without its end, and of a line that was written over again the last writing. */
export function shownText(row: string): string {
  const line = row.endsWith('\n') ? row.slice(0, -1) : row
  const whole = line.endsWith('\r') ? line.slice(0, -1) : line
  return whole.slice(whole.lastIndexOf('\r') + 1)
}
