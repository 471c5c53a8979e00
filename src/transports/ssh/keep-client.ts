import type { Client } from 'ssh2'
import type { Ask } from './surroundings.ts'

/** The one client of a host, while it stands. */
export interface KeptClient {
  readonly live: Client | undefined
  /** All who need the connection wait for the same attempt, which none of them can stop. */
  begin(ask: Ask | undefined): Promise<Client>
  /** Waits for an attempt that is under way; where it came to nothing, makes another at once. */
  beginAnew(ask: Ask): Promise<Client>
  drop(client: Client, why: string): void
  /** Keeps it no longer, once an attempt under way has ended. */
  leave(): Promise<Client | undefined>
}

/** `broke` hears of a client that stood and is no more; not of one that was left. */
export function keepClient(
  connectOnce: (ask: Ask | undefined, urgent: boolean) => Promise<Client>,
  broke: (why: string) => void,
): KeptClient {
  let live: Client | undefined
  let opening: Promise<Client> | undefined

  async function make(ask: Ask | undefined, urgent: boolean): Promise<Client> {
    try {
      const client = await connectOnce(ask, urgent)
      client.on('close', () => drop(client, 'the connection broke'))
      live = client
      return client
    } finally {
      opening = undefined
    }
  }

  function drop(client: Client, why: string): void {
    if (live !== client) return
    live = undefined
    broke(why)
  }

  const underWay = async () => opening?.catch(() => undefined)
  return {
    get live() {
      return live
    },
    begin: (ask) => (opening ??= make(ask, false)),
    async beginAnew(ask) {
      await underWay()
      return live ?? (opening ??= make(ask, true))
    },
    drop,
    async leave() {
      await underWay()
      const last = live
      live = undefined
      return last
    },
  }
}
