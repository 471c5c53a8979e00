import type { Hold } from './hold.ts'
import type { Call } from './server.ts'

/** Since then a submission that comes twice is ignored, whatever became of the first. */
const first = [0, 15, 15] as const

/**
 * Whether a submission whose answer was lost may be sent again at once; of older servers, which would launch it twice, it is asked first. Either
 * way it runs once, since its folder is claimed once.
 */
export async function ignoresRepeats(hold: Hold, call: Call): Promise<boolean> {
  hold.version ??= await hold.server.version(call).catch(() => undefined)
  return isRepeatIgnored(hold.version)
}

/** By what a server calls itself, such as `0.15.16` or `0.16.0.dev1`; one before a release is taken for less than it. */
export function isRepeatIgnored(version: string | undefined): boolean {
  const [, numbers = '', rest = ''] = /^(\d+(?:\.\d+)*)(.*)$/.exec(version ?? '') ?? []
  const parts = numbers.split('.').map(Number)
  for (const [place, least] of first.entries()) {
    const part = parts[place] ?? 0
    if (part !== least) return part > least
  }
  return rest === '' || rest.startsWith('+') || rest.startsWith('.post')
}
