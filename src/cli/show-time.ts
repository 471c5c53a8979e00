/** `2026-11-21 10:05:00`, in the time zone of whoever reads. */
export function showTime(milliseconds: number): string {
  const local = new Date(milliseconds - new Date(milliseconds).getTimezoneOffset() * 60_000)
  return local.toISOString().slice(0, 19).replace('T', ' ')
}

/** How long something takes or took: `850 ms`, `12 s`, `4 min`, `3 h`, `2 d`. */
export function showSpan(milliseconds: number): string {
  const span = Math.max(0, milliseconds)
  if (span < 1000) return `${Math.round(span)} ms`
  if (span < 120_000) return `${Math.round(span / 1000)} s`
  if (span < 7_200_000) return `${Math.round(span / 60_000)} min`
  if (span < 172_800_000) return `${Math.round(span / 3_600_000)} h`
  return `${Math.round(span / 86_400_000)} d`
}
