import type { Logger } from '../core/logger.ts'
import type { Scheduler } from './scheduler.ts'

/** How many jobs may go in one array. A scheduler refuses one that is too large, or all of them, and then is asked for half as much. */
export interface ArraySizes {
  /** Below 2, each job goes alone. */
  most(): number
  /** The scheduler will have none of so many, for good. */
  refused(size: number, why: string): void
}

/** `asked`: what the destination says; without it no job goes in an array. */
export function arraySizes(
  { kind, arrays }: Pick<Scheduler, 'kind' | 'arrays'>,
  asked: { readonly most?: number } | undefined,
  logger: Logger,
): ArraySizes {
  let most = asked === undefined || arrays === undefined ? 1 : (asked.most ?? Infinity)
  if (asked && !arrays) logger.warn({ runner: kind }, 'there are no job arrays: each job is submitted alone')
  return {
    most: () => most,
    refused(size, why) {
      most = Math.min(most, Math.floor(size / 2))
      logger.warn({ runner: kind, size, why, most }, 'an array was refused: its jobs are submitted alone')
    },
  }
}
