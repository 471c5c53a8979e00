/** Marks as strokes in a square of 16 by 16; `play` alone is filled. */
export const markPath = {
  up: 'M8 13V4M4.5 7.5 8 4l3.5 3.5',
  down: 'M8 3v9M4.5 8.5 8 12l3.5-3.5',
  question: 'M5.5 6A2.5 2.5 0 1 1 9 8.3c-.7.4-1 .9-1 1.7M8 12.8v.1',
  clock: 'M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0M8 4.6V8l2.4 1.6',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  play: 'M5 3.2 12.4 8 5 12.8Z',
  check: 'M3 8.6 6.4 12 13 4.4',
  cross: 'M4 4 12 12M12 4 4 12',
  slash: 'M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0M4 12 12 4',
  dots: 'M3.5 8v.1M8 8v.1M12.5 8v.1',
  skip: 'M3.5 4 8 8l-4.5 4M8.5 4 13 8l-4.5 4',
  dash: 'M3.5 8h9',
  hand: 'M8 3v6.5M8 12.8v.1',
} as const

export type MarkName = keyof typeof markPath
