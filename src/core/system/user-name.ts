import { userInfo } from 'node:os'

/** Who runs this process, as the system knows; undefined for a number that it has no name for, as in a container. */
export function userName(): string | undefined {
  try {
    return userInfo().username || undefined
  } catch {
    return undefined
  }
}
