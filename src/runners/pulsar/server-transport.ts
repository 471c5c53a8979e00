import { AbeyanceError } from '../../core/error.ts'
import type { Transport } from '../../transports/transport.ts'

/** The way to a machine that has neither shell nor files for us: its name, and a plain answer to whoever expects more. */
export function serverTransport(host: string): Transport {
  const cannot = async (): Promise<never> => {
    throw new AbeyanceError(
      'unsupported',
      `pulsar at ${host} runs jobs and gives no shell: files there cannot be named or read`,
    )
  }
  return {
    name: `pulsar at ${host}`,
    run: cannot,
    read: cannot,
    write: cannot,
    fetch: cannot,
    list: cannot,
    watch: () => () => {},
    async close() {},
  }
}
