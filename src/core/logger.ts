/** The few calls we make of a logger; pino has this shape. */
export interface Logger {
  debug(details: object, message: string): void
  info(details: object, message: string): void
  warn(details: object, message: string): void
  error(details: object, message: string): void
}

export const silent: Logger = { debug() {}, info() {}, warn() {}, error() {} }
