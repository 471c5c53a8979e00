/** `2026-11-21 10:05:00`, in the time zone of whoever reads. */
export function showTime(milliseconds: number): string {
  return local(milliseconds).slice(0, 19).replace('T', ' ')
}

/** `10:05:00`. */
export function showClock(milliseconds: number): string {
  return local(milliseconds).slice(11, 19)
}

function local(milliseconds: number): string {
  const offset = new Date(milliseconds).getTimezoneOffset() * 60_000
  return new Date(milliseconds - offset).toISOString()
}
