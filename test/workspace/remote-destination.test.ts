import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import { readConfiguration } from '../../src/workspace/read-configuration.ts'
import { startSshHost, type SshHost } from '../transports/ssh-host.ts'
import { bench, doc, outputOf, type Bench } from './bench.ts'

describe('a destination on another machine, as abeyance.yaml names it', () => {
  let host: SshHost
  before(async () => {
    host = await startSshHost()
  })
  after(() => host.close())

  const configured = async (on: Bench, more = '') => {
    const { port, identityFiles = [], knownHostsFiles = [] } = host.settings
    await on.write(
      'abeyance.yaml',
      `abeyance: 1
destinations:
  there:
    runner: local
    host: 127.0.0.1
    user: someone
    port: ${port}
    key: ${identityFiles[0]}
    ssh: { config: [], knownHosts: ${knownHostsFiles[0]}, agent: none }
    workFolder: ~/work
    environment: { WHERE: there }
${more}
default: there
`,
    )
    return readConfiguration(on.path('abeyance.yaml'), { environment: () => undefined, print() {} })
  }

  it('runs a job there, with inputs and outputs carried, and what the destination adds', async () => {
    const on = await bench()
    await on.write('in.txt', 'carried ')
    const workspace = await on.open(await configured(on))
    const pipeline = await doc(`name: p
modules:
  one: { script: 'cat $in - > out <<< "$WHERE"', inputs: { in: { file: ${on.path('in.txt')} } }, outputs: { out: { text: out } } }
outputs: { out: $one.out }
`)
    assert.equal(outputOf(await (await workspace.start(pipeline)).ended(), 'out'), 'carried there\n')
    assert.equal((await readdir(join(host.home, 'work'))).length, 1)
    assert.ok(
      (await readdir(on.path('.abeyance/hosts'))).length > 0,
      'the connections of the day are counted',
    )
  })

  it('sends a job that fails there where its rule says, without what was added there', async () => {
    const on = await bench()
    const options = await configured(
      on,
      '    resubmit: [{ on: [exit-code], attempts: 2, destination: other }]\n  other: { runner: local, workFolder: other }',
    )
    const workspace = await on.open(options)
    const pipeline = await doc(`name: p
modules:
  one: { script: 'test -z "\${WHERE-}"; echo fine > out', outputs: { out: { text: out } } }
outputs: { out: $one.out }
`)
    const [planned] = await workspace.plan(pipeline)
    assert.deepEqual(planned?.destination, { name: 'there', why: 'the default; after exit-code: other' })
    assert.equal(outputOf(await (await workspace.start(pipeline)).ended(), 'out'), 'fine\n')
    const [job] = await workspace.jobs()
    assert.deepEqual([job?.destination, job?.earlier.map((past) => past.destination)], ['other', ['there']])
    const texts = (await workspace.history(job?.key ?? assert.fail())).map(({ evidence }) => evidence.text)
    assert.ok(texts.includes('a retry rule runs it again after exit-code, on other'), texts.join('\n'))
  })
})
