import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { AbeyanceError } from '../../src/core/error.ts'
import { transportSuite } from '../../src/testing/transport-suite.ts'
import { local } from '../../src/transports/local.ts'
import type { Transport } from '../../src/transports/transport.ts'
import { failedQuestions } from './failed-questions.ts'

async function over(transport: Transport) {
  const [there, here] = [await mkdtemp(join(tmpdir(), 'there-')), await mkdtemp(join(tmpdir(), 'here-'))]
  const close = async () => {
    await transport.close()
    for (const folder of [there, here]) await rm(folder, { recursive: true, force: true, maxRetries: 10 })
  }
  return { transport, there, here, close }
}

describe('the local transport', () => {
  transportSuite({ test: it }, () => over(local()))
})

describe('the transport suite', () => {
  const failures = (wrong: (right: Transport) => Partial<Transport>) =>
    failedQuestions((harness) =>
      transportSuite(
        harness,
        () => {
          const right = local()
          return over({ ...right, ...wrong(right) })
        },
        { patience: 25_000 },
      ),
    )

  it('finds a transport that mixes the streams', async () => {
    const failed = await failures((right) => ({
      async run(script, options) {
        const { code, stdout, stderr } = await right.run(script, options)
        if (stdout.length + stderr.length > 1_000_000) return { code, stdout, stderr }
        return { code, stdout: Buffer.concat([stdout, stderr]), stderr: new Uint8Array() }
      },
    }))
    assert.deepEqual(failed, ['gives both streams apart'])
  })

  it('finds a transport that drops bytes of a large file', async () => {
    const failed = await failures((right) => ({
      write: (path, source, options) =>
        right.write(path, source instanceof Uint8Array ? source.subarray(0, 8_000_000) : source, options),
    }))
    assert.deepEqual(failed, ['carries 10 MiB there and back, byte for byte'])
  })

  it('finds a transport that takes output for text', async () => {
    const failed = await failures((right) => ({
      async run(script, options) {
        const answer = await right.run(script, options)
        return { ...answer, stdout: new TextEncoder().encode(new TextDecoder().decode(answer.stdout)) }
      },
    }))
    assert.deepEqual(failed, ['gives the bytes of a stream as they are'])
  })

  it('finds a transport that rejects on an abort and lets the script go on', async () => {
    const failed = await failures((right) => ({
      run(script, options) {
        const { signal, ...rest } = options
        if (!signal || signal.aborted) return right.run(script, options)
        const aborted = new Promise<never>((_, reject) => {
          signal.addEventListener('abort', () => reject(new AbeyanceError('aborted', 'aborted')))
        })
        return Promise.race([right.run(script, rest), aborted])
      },
    }))
    assert.deepEqual(failed, ['stops the script when the signal is aborted'])
  })

  it('finds a transport that does not hear of an abort before it starts', async () => {
    const failed = await failures((right) => ({
      async run(script, options) {
        if (!options.signal?.aborted) return right.run(script, options)
        const { signal, ...rest } = options
        await right.run(script, rest)
        return right.run(script, { ...rest, signal })
      },
    }))
    assert.deepEqual(failed, ['starts nothing when the signal is aborted already'])
  })

  it('finds a transport that pastes names into a shell', async () => {
    const failed = await failures((right) => ({
      async read(path, range, options) {
        const missing = await right.run(`[ -e "${path}" ]`, options)
        if (missing.code !== 0) return right.read(`${path}.gone`, range, options)
        return right.read(path, range, options)
      },
    }))
    assert.deepEqual(failed, ['takes any name for a file'])
  })
})
