import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { z } from 'zod'
import { certificate } from './certificate.ts'
import { readLetter, type Letter } from './read-letter.ts'

/** A real SMTP server on a socket of this machine, which keeps what it takes and answers as it is told. */
export interface PostOffice {
  readonly port: number
  /** What it has taken, in order. */
  readonly letters: readonly TakenLetter[]
  /** How often a login was tried. */
  readonly logins: number
  behave(how: Behaviour): void
  close(): Promise<void>
}

export interface TakenLetter extends Letter {
  readonly recipients: readonly string[]
  readonly encrypted: boolean
  readonly user: string | undefined
}

export interface Behaviour {
  /** The answer to a recipient, where it is none of welcome. */
  readonly recipient?: (address: string) => number | undefined
  /** Nothing is answered to a sender. */
  readonly hangs?: boolean
  /** A letter is taken, and the connection dropped before it is said. */
  readonly drops?: boolean
}

export const login = { user: 'abeyance', password: 'correct horse' }

export async function postOffice(options: SMTPServerOptions = {}): Promise<PostOffice> {
  const letters: TakenLetter[] = []
  let how: Behaviour = {}
  let logins = 0
  const server = new SMTPServer({
    ...certificate,
    logger: false,
    disableReverseLookup: true,
    authOptional: true,
    closeTimeout: 100,
    onAuth({ username, password }, _, done) {
      logins += 1
      const isRight = username === login.user && password === login.password
      // As careless as some servers are: what was shown is said again.
      if (isRight) done(null, { user: username })
      else done(refusal(535, `no such password: ${password}`))
    },
    onMailFrom: (_, __, done) => (how.hangs ? undefined : done()),
    onRcptTo({ address }, _, done) {
      const code = how.recipient?.(address)
      done(code === undefined ? null : refusal(code, 'come again later'))
    },
    onData(stream, { envelope, secure, user, id }, done) {
      void text(stream).then((raw) => {
        const recipients = envelope.rcptTo.map(({ address }) => address)
        letters.push({ ...readLetter(raw), recipients, encrypted: secure, user: user?.toString() })
        if (how.drops) for (const each of server.connections) if (each.id === id) each.close()
        done()
      })
    },
    ...options,
  })
  server.on('error', () => {}) // connections that are cut on purpose
  server.listen(0, '127.0.0.1')
  await once(server.server, 'listening')
  const { port } = z.object({ port: z.number() }).parse(server.server.address())
  return {
    port,
    letters,
    get logins() {
      return logins
    },
    behave: (next) => void (how = next),
    close: () => new Promise((closed) => server.close(() => closed())),
  }
}

function refusal(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode })
}
