import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { transportSuite } from '../../src/testing/transport-suite.ts'
import { ssh } from '../../src/transports/ssh.ts'
import { startSshHost } from './ssh-host.ts'

describe('the ssh transport', () => {
  transportSuite(
    { test: it },
    async () => {
      const host = await startSshHost({ noise: 'Welcome!', banner: 'No entry.\n' })
      const transport = ssh(host.settings)
      const [there, here] = [await mkdtemp(join(tmpdir(), 'there-')), await mkdtemp(join(tmpdir(), 'here-'))]
      return {
        transport,
        there,
        here,
        cut: () => Promise.resolve(host.cut()),
        async close() {
          await transport.close()
          await host.close()
          for (const folder of [there, here]) await rm(folder, { recursive: true, force: true })
        },
      }
    },
    { connection: true },
  )
})
