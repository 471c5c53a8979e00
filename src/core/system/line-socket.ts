import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createConnection, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseJson, type Json } from '../json.ts'
import { fileError } from './file-error.ts'

/** Two processes of one machine, by a socket in its file system: one asks in JSON, a line each, the other answers. Nothing of it is on disk. */
export interface AnsweringSocket {
  readonly path: string
  close(): Promise<void>
}

/** Answers what is asked at a path of its own, in a folder that this user alone can enter; one question after the other. */
export async function answerAt(answer: (question: Json) => Promise<Json>): Promise<AnsweringSocket> {
  const folder = await mkdtemp(join(tmpdir(), 'abeyance-')) // short, as the path of a socket must be
  const path = join(folder, 'socket')
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {}) // who asked went
    socket.on('close', () => sockets.delete(socket))
    void serve(socket, answer)
  })
  server.listen(path)
  await once(server, 'listening').catch((error: unknown) => {
    throw fileError('listen at', path, error)
  })
  return {
    path,
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function serve(socket: Socket, answer: (question: Json) => Promise<Json>): Promise<void> {
  try {
    for await (const line of createInterface({ input: socket }))
      socket.write(`${JSON.stringify(await answer(parseJson(line)))}\n`)
  } catch {
    socket.destroy() // who asked learns that nobody answers
  }
}

export interface AskingSocket {
  /** Rejects where nobody answers any more. */
  ask(question: Json): Promise<Json>
  close(): void
}

export async function askAt(path: string): Promise<AskingSocket> {
  const socket = createConnection(path)
  await once(socket, 'connect').catch((error: unknown) => {
    throw fileError('reach', path, error)
  })
  socket.on('error', () => {}) // told by the end of the lines
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]()
  return {
    async ask(question) {
      socket.write(`${JSON.stringify(question)}\n`)
      const line = await lines.next()
      if (line.done === true) throw fileError('get an answer at', path, new Error('nobody is there any more'))
      return parseJson(line.value)
    },
    close: () => socket.destroy(),
  }
}
