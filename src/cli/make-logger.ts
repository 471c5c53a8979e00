import type { Logger } from '../core/logger.ts'
import type { Session } from './session.ts'

/** Our log, JSON lines on standard error: faults of ours alone unless --verbose asks for all. */
export async function makeLogger(session: Session): Promise<Logger> {
  const { pino } = await import('pino')
  const level = session.verbose ? 'debug' : 'error'
  const logger: Logger = pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ dest: 2, sync: true }),
  )
  return logger
}
