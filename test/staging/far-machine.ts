import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { local } from '../../src/transports/local.ts'
import type { Transport } from '../../src/transports/transport.ts'

export interface FarMachine extends Transport {
  /** Bytes that travelled so far. */
  readonly moved: { there: number; home: number }
}

/** This machine, as one that files travel to and from: every byte is counted, and nothing is linked across. */
export function farMachine(name: string): FarMachine {
  const here = local()
  const moved = { there: 0, home: 0 }
  return {
    ...here,
    name,
    moved,
    async write(path, source, options) {
      const bytes = source instanceof Uint8Array ? source : await readFile(source.localPath)
      moved.there += bytes.length
      await here.write(path, bytes, options)
    },
    async fetch(path, localPath, options) {
      await here.read(path, { offset: 0, length: 1 }, options) // says in our words that it is not there
      const bytes = await readFile(path)
      const half = Math.floor(bytes.length / 2)
      for (const done of [half, bytes.length]) options.progress?.(done, bytes.length)
      moved.home += bytes.length
      await here.write(localPath, bytes, options)
    },
    async stream(script, { input, output }) {
      const child = spawn('/bin/sh', ['-c', script], { stdio: ['pipe', 'pipe', 'pipe'] })
      const said: Buffer[] = []
      child.stderr.on('data', (bytes: Buffer) => said.push(bytes))
      child.stdin.on('error', () => {}) // a script that reads no more has said why
      const ended = new Promise<number>((resolve) => child.on('close', (code) => resolve(code ?? 143)))
      const reading = (async () => {
        for await (const bytes of child.stdout) {
          moved.home += bytes.length
          await output?.(bytes)
        }
      })()
      for await (const bytes of input ?? []) {
        moved.there += bytes.length
        if (!child.stdin.write(bytes)) await new Promise((resolve) => child.stdin.once('drain', resolve))
      }
      child.stdin.end()
      await reading
      return { code: await ended, stderr: Buffer.concat(said) }
    },
  }
}
