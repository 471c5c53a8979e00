import { silent, type Logger } from '../core/logger.ts'
import type { Session } from './session.ts'

// A fault that is tried again each second, such as a full disk, is told again after so long.
const sameAgain = 60_000

/** Our log, JSON lines on standard error: faults of ours alone, each once a minute, unless --verbose asks for all. */
export async function makeLogger(session: Session): Promise<Logger> {
  const { pino } = await import('pino')
  const level = session.verbose ? 'debug' : 'error'
  const logger: Logger = pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ dest: 2, sync: true }),
  )
  return session.verbose ? logger : { ...silent, error: nowAndThen(logger) }
}

function nowAndThen(logger: Logger): Logger['error'] {
  const told = new Map<string, number>()
  return (details, message) => {
    const what = `${message} ${JSON.stringify(details)}`
    const now = performance.now()
    for (const [old, at] of told) if (now - at >= sameAgain) told.delete(old)
    if (told.has(what)) return
    told.set(what, now)
    logger.error(details, message)
  }
}
