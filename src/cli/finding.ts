import { messageOf } from '../core/error.ts'

/** What `doctor` found out; in its JSON these keys stay. */
export interface Finding {
  readonly destination: string
  readonly check: string
  readonly ok: boolean
  readonly milliseconds: number
  readonly message?: string
}

export type Note = (finding: Omit<Finding, 'destination'>) => void

/** Tries one thing and notes how it went and how long it took; gives whether it went well. */
export async function attempt(
  check: string,
  note: Note,
  act: () => Promise<string | undefined>,
): Promise<boolean> {
  const from = performance.now()
  const time = () => Math.round(performance.now() - from)
  try {
    const message = await act()
    note({ check, ok: true, milliseconds: time(), ...(message !== undefined && { message }) })
    return true
  } catch (error) {
    note({ check, ok: false, milliseconds: time(), message: messageOf(error) })
    return false
  }
}
