import assert from 'node:assert/strict'
import { chmod, mkdir, mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import type { Tag } from '../../src/core/ids.ts'
import type { StagedInput } from '../../src/staging/staged-input.ts'
import { openObjects } from '../../src/staging/objects.ts'
import { stageInputs } from '../../src/staging/stage-inputs.ts'
import { local } from '../../src/transports/local.ts'
import type { Transport } from '../../src/transports/transport.ts'
import { farMachine } from '../staging/far-machine.ts'
import { command, openJobHost } from './job-host.ts'

const modeOf = async (path: string) => (await stat(path)).mode & 0o777

describe("a workspace's folder on a machine", () => {
  let base: string
  before(async () => {
    base = await mkdtemp(join(tmpdir(), 'private-'))
  })
  after(() => rm(base, { recursive: true }))

  it('is made for its user alone by a submission, with files that nobody else reads though it be opened', async () => {
    const host = await openJobHost()
    try {
      const tag: Tag = await host.submit(command(['true'], { environment: { TOKEN: 'secret' } }))
      await host.until(tag, 'ended')
      const root = dirname(host.path(tag))
      assert.equal(await modeOf(root), 0o700)
      assert.notEqual(await modeOf(dirname(root)), 0o700)
      assert.equal(await modeOf(host.path(tag, 'job/command')), 0o600)
      assert.equal((await modeOf(host.path(tag, 'run.1/work'))) & 0o700, 0o700)
      await chmod(root, 0o750)
      await host.submit(command(['true']))
      assert.equal(await modeOf(root), 0o750)
    } finally {
      await host.close()
    }
  })

  const machines: Readonly<Record<string, () => Transport>> = { local, far: () => farMachine('far') }
  for (const [name, make] of Object.entries(machines))
    it(`is made for its user alone by files that come before, on a machine that is ${name}`, async () => {
      const root = join(base, name, 'w')
      await mkdir(dirname(root))
      const objects = await openObjects(join(base, 'objects'))
      const inputs: readonly StagedInput[] = [{ path: 'in/text', text: 'words' }]
      const request = { deadline: 60_000 }
      const staging = { objects, folder: join(root, 'j', 'inputs'), cache: join(root, 'cache'), request }
      await stageInputs({ ...staging, transport: make() }, inputs)
      assert.equal(await modeOf(root), 0o700)
    })
})
