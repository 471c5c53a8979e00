import { execFileSync } from 'node:child_process'

/** Gives a file to a user, by name. */
export function chown(path: string, user: string): void {
  execFileSync('chown', [`${user}:`, path])
}
