import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import type { Transport } from '../transports/transport.ts'
import type { Ask, Subject } from './harness.ts'

const options = { deadline: 60_000 }
const mebibyte = 2 ** 20

/** Whether bytes go through a script whole, both ways: asked of a transport that has `stream`. */
export function askOfStreams(ask: Ask<Subject & { readonly transport: Transport }>): void {
  ask('carries 3 MiB of every byte to a script and back while it runs', async ({ transport: { stream } }) => {
    if (!stream) return
    const [sent, got] = [createHash('sha256'), createHash('sha256')]
    async function* input() {
      const buffer = new Uint8Array(mebibyte / 4)
      for (let piece = 0; piece < 12; piece += 1) {
        // One buffer for all pieces: each must be read before the next is asked for.
        for (let at = 0; at < buffer.length; at += 1) buffer[at] = (at * 31 + (at >> 8) + piece) & 0xff
        sent.update(buffer)
        yield buffer
      }
    }
    const output = (bytes: Uint8Array) => void got.update(bytes)
    const { code, stderr } = await stream('cat; echo said >&2; exit 7', { input: input(), output }, options)
    assert.equal(code, 7)
    assert.equal(new TextDecoder().decode(stderr), 'said\n')
    assert.equal(got.digest('hex'), sent.digest('hex'))
  })

  ask('ends a stream with its script, whether or not that read its input', async ({ transport }) => {
    async function* endless() {
      for (;;) yield new Uint8Array(mebibyte / 4)
    }
    if (!transport.stream) return
    const { code } = await transport.stream('exit 3', { input: endless() }, options)
    assert.equal(code, 3)
    assert.equal((await transport.stream('cat', {}, options)).code, 0)
  })

  ask('ends a stream whose input or output fails, and does its work again', async ({ transport }) => {
    if (!transport.stream) return
    async function* failing() {
      yield new Uint8Array(10)
      throw new RangeError('no more')
    }
    await assert.rejects(transport.stream('cat', { input: failing() }, options), /no more/)
    const output = () => Promise.reject(new RangeError('too much'))
    await assert.rejects(transport.stream('echo 1; sleep 1; echo 2', { output }, options), /too much/)
    assert.equal((await transport.stream('exit 0', {}, options)).code, 0)
  })
}
