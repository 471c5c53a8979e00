import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import { systemClock } from '../../../src/core/clock.ts'
import { silent } from '../../../src/core/logger.ts'
import { openConnection } from '../../../src/transports/ssh/connection.ts'
import { forgetsReadings, hasOwnPackets } from '../../../src/transports/ssh/deciphering.ts'
import { fetchFile } from '../../../src/transports/ssh/fetch-file.ts'
import { openFileChannel } from '../../../src/transports/ssh/file-channel.ts'
import { startSshHost, type SshHost } from '../ssh-host.ts'

const { bindingAvailable } = createRequire(import.meta.url)('ssh2/lib/protocol/crypto.js')

describe('how ssh2 deciphers', () => {
  let host: SshHost
  before(async () => {
    host = await startSshHost()
  })
  after(() => host.close())

  async function connect() {
    const connection = openConnection(host.settings, { clock: systemClock, logger: silent })
    return { connection, client: await connection.client({ deadline: 60_000 }) }
  }

  it('is known, with its native code and without', async () => {
    const { connection, client } = await connect()
    assert.equal(hasOwnPackets(client), !bindingAvailable)
    assert.equal(forgetsReadings(client), !bindingAvailable)
    await connection.release()
    assert.equal(hasOwnPackets(Object.create(null)), false)
  })

  it('lets no packet be given back that may share its memory with others', async () => {
    const { connection, client } = await connect()
    const decipher: object = Reflect.get(Reflect.get(client, '_protocol'), '_decipher')
    const named = { constructor: class AESGCMDecipherBinding {} }
    Object.setPrototypeOf(decipher, Object.assign(Object.create(Object.getPrototypeOf(decipher)), named))
    const channel = await openFileChannel(client, 'host')
    const shared = randomBytes(9 * 2 ** 20)
    const expected = Buffer.from(shared)
    const [there, here] = [join(host.home, 'large'), join(host.home, 'fetched')]
    await channel.files((files) => files.put(expected, there))
    await fetchFile(channel, there, here, {
      signal: new AbortController().signal,
      progress: undefined,
      digestThere: () => Promise.resolve(undefined),
      async pour(_path, _from, take) {
        for (let at = 0; at < shared.length; at += 2 ** 15) await take(shared.subarray(at, at + 2 ** 15))
      },
    })
    assert.ok((await readFile(here)).equals(expected))
    channel.close()
    await connection.release()
  })
})
