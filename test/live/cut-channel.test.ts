import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { isAbeyanceError } from '../../src/core/error.ts'
import { ssh } from '../../src/transports/ssh.ts'
import { startProxy } from '../transports/tcp-proxy.ts'
import { sshPort, sshSettings } from './servers/servers.ts'

const soon = { deadline: 10_000 }
const file = '/etc/passwd'

describe('a channel for files on a real sshd', () => {
  // What has arrived of its opening may be read only after the connection is known to be gone.
  it('keeps nobody waiting, wherever in its opening the connection is cut', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'abeyance-cut-'))
    const here = join(folder, 'file')
    try {
      for (let after = 40; after <= 360; after += 10) {
        const proxy = await startProxy(sshPort())
        const transport = ssh(sshSettings(proxy.port))
        await transport.run(':', soon)
        proxy.cutAfter(after, 'there')
        await transport.fetch(file, here, soon).catch((error: unknown) => {
          assert.ok(
            isAbeyanceError(error) && error.code !== 'request-timeout',
            `cut after ${after}: ${String(error)}`,
          )
        })
        await transport.fetch(file, here, soon)
        assert.equal(await readFile(here, 'utf8'), await readFile(file, 'utf8'))
        await transport.close()
        await proxy.close()
      }
    } finally {
      await rm(folder, { recursive: true })
    }
  })
})
