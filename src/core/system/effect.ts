/** One touch of the world outside: an operation of the file system or a process, and what it is done to. */
export interface Effect {
  readonly operation: string
  readonly on: string
}

/** Sees every effect before and after it happens; may throw, as a full disk does, or end the process. */
export interface Interceptor {
  before?(effect: Effect): void
  after?(effect: Effect): void
}

let interceptor: Interceptor | undefined

/** For tests: everything that this package does to the world passes here, so faults and kills are enumerated in one place. */
export function intercept(next: Interceptor | undefined): void {
  interceptor = next
}

export async function effect<T>(operation: string, on: string, act: () => Promise<T>): Promise<T> {
  if (!interceptor) return act()
  interceptor.before?.({ operation, on })
  const result = await act()
  interceptor.after?.({ operation, on })
  return result
}
