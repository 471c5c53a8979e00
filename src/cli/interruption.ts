import { exitCodes } from './exit-code.ts'

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** The first Ctrl+C asks for an orderly end; the second leaves at once: everything that counts is on disk at any moment. */
export function listenForInterruption(): { readonly signal: AbortSignal; stop(): void } {
  const controller = new AbortController()
  const heard = () => {
    if (controller.signal.aborted) process.exit(exitCodes.interrupted)
    controller.abort()
  }
  for (const signal of signals) process.on(signal, heard)
  return {
    signal: controller.signal,
    stop() {
      for (const signal of signals) process.off(signal, heard)
    },
  }
}
