import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { Webhook } from 'standardwebhooks'
import { z } from 'zod'
import { freePort } from '../testing/free-port.ts'

/** A receiver of webhooks on a socket of this machine, which fails in all the ways that receivers do, by lot. */
export interface MoodyReceiver {
  readonly url: string
  /** How often each notice was taken, by id: its signature held. */
  readonly taken: ReadonlyMap<string, number>
  /** How often it did what. */
  readonly moods: ReadonlyMap<string, number>
  /** Gone, connections and all, and back at the same address. */
  restart(pause: () => Promise<void>): Promise<void>
  close(): Promise<void>
}

const signed = z.object({ type: z.literal('run-finished'), data: z.object({ id: z.string() }) })

export async function moodyReceiver(secret: string): Promise<MoodyReceiver> {
  const taken = new Map<string, number>()
  const moods = new Map<string, number>()
  const count = (counts: Map<string, number>, key: string) => void counts.set(key, (counts.get(key) ?? 0) + 1)
  const take = (body: string, { headers }: IncomingMessage) => {
    const given = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
    const { id } = signed.parse(new Webhook(secret).verify(body, given)).data
    count(taken, id)
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const mood = drawMood()
    count(moods, mood)
    if (mood === 'dropped before') return void request.socket.destroy()
    const body = await text(request)
    if (mood === 'hung') return
    if (mood === '500') return void response.writeHead(500).end()
    if (mood === '429') return void response.writeHead(429, { 'retry-after': '1' }).end()
    take(body, request)
    if (mood === 'dropped after') return void request.socket.destroy()
    response.writeHead(204).end()
  }

  const port = await freePort()
  const open = async (): Promise<Server> => {
    const server = createServer((request, response) => void answer(request, response).catch(() => {}))
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return server
  }
  let server = await open()
  const close = async () => {
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  }
  return {
    url: `http://127.0.0.1:${port}/hook`,
    taken,
    moods,
    async restart(pause) {
      count(moods, 'restarted')
      await close()
      await pause()
      server = await open()
    },
    close,
  }
}

const moodsByLot = [
  ['500', 0.02],
  ['429', 0.01],
  ['hung', 0.01],
  ['dropped before', 0.02],
  ['dropped after', 0.02],
] as const

function drawMood(): (typeof moodsByLot)[number][0] | 'well' {
  let lot = Math.random()
  for (const [mood, share] of moodsByLot) {
    if (lot < share) return mood
    lot -= share
  }
  return 'well'
}
