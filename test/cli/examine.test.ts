import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import { nativeId } from '../../src/core/ids.ts'
import { examine } from '../../src/cli/examine.ts'
import type { Finding } from '../../src/cli/finding.ts'
import { openSession } from '../../src/cli/session.ts'
import { local } from '../../src/runners/local.ts'
import type { RunnerKind } from '../../src/runners/runner.ts'
import { local as here } from '../../src/transports/local.ts'
import { ssh } from '../../src/transports/ssh.ts'
import type { Destination } from '../../src/workspace/open-options.ts'
import { startSshHost, type SshHost } from '../transports/ssh-host.ts'

describe('examine', () => {
  let host: SshHost
  let folder: string
  before(async () => {
    host = await startSshHost()
    folder = await mkdtemp(join(tmpdir(), 'abeyance-examine-'))
  })
  after(async () => {
    await host.close()
    await rm(folder, { recursive: true })
  })

  const look = async (make: () => Destination, wait = 30_000): Promise<readonly Finding[]> => {
    const interrupted = new AbortController().signal
    const session = openSession({
      workspace: folder,
      verbose: false,
      asJson: true,
      takeOver: false,
      interrupted,
    })
    const read = async () => ({ destinations: { it: make() } })
    return examine(session, { destination: 'it', wait, read, told() {} })
  }
  const faults = (findings: readonly Finding[]) => findings.filter(({ ok }) => !ok)
  const thing = (runner: RunnerKind = local(), workFolder = join(folder, 'work')): Destination => ({
    runner,
    transport: here(),
    workFolder,
  })

  it('tries a machine behind SSH to the end of a job, and leaves nothing there', async () => {
    const findings = await look(() => ({
      runner: local(),
      transport: ssh(host.settings),
      workFolder: '~/work',
    }))
    assert.deepEqual(faults(findings), [])
    assert.deepEqual(
      findings.map(({ check }) => check),
      [
        `reaches someone@127.0.0.1:${host.settings.port}`,
        'its clock',
        '~/work can be written',
        'writing is durable (fsync)',
        'rename',
        'hard links',
        'room on the disk',
        'its budget',
        'a job from end to end',
      ],
    )
    assert.match(
      findings.at(-2)?.message ?? '',
      /^connections today \d+ of 1000; in an hour: scheduler commands 0 of 12, in doubt 0 of 120; bytes /,
    )
    assert.match(findings.at(-1)?.message ?? '', /^submitting \d+ ms, .*fetching \d+ ms$/)
    assert.deepEqual(await readdir(join(host.home, 'work')), [])
    assert.deepEqual(await readdir(folder), [])
  })

  it('stops at a machine that cannot be reached, with why', async () => {
    const findings = await look(() => ({
      runner: local(),
      transport: ssh({ ...host.settings, user: 'someone', identityFiles: [] }),
      workFolder: '~/work',
    }))
    assert.deepEqual(
      findings.map(({ check, ok }) => [check, ok]),
      [
        [`reaches someone@127.0.0.1:${host.settings.port}`, false],
        ['its budget', true],
      ],
    )
    assert.match(findings[0]?.message ?? '', /lets nobody in/)
  })

  it('stops at a work folder that cannot be written', async () => {
    const [fault, ...others] = faults(await look(() => thing(local(), '/proc/abeyance')))
    assert.deepEqual(others, [])
    assert.equal(fault?.check, '/proc/abeyance can be written')
    assert.match(fault?.message ?? '', /\/proc\/abeyance/)
  })

  it('tells what a scheduler says of itself, and submits nothing to one that does not answer', async () => {
    const checks = [
      { what: 'version', script: 'echo 22.05; echo more' },
      { what: 'queue', script: 'echo no controller >&2; exit 7' },
    ]
    const findings = await look(() => thing({ ...local(), checks }))
    const said = (check: string) => findings.find((finding) => finding.check === check)?.message
    assert.equal(said('version'), '22.05')
    assert.equal(said('queue'), 'no controller (exit code 7)')
    assert.ok(!findings.some(({ check }) => check === 'a job from end to end'))
  })

  it('says how far a job came in its time, and what may keep it', async () => {
    const stuck: RunnerKind = {
      ...local(),
      open: (context) => {
        const runner = local().open(context)
        return {
          ...runner,
          async look({ jobs }) {
            const report = {
              kind: 'queued',
              nativeId: nativeId('n'),
              evidence: 'PENDING (Priority)',
            } as const
            return { reports: new Map([...jobs].map((tag) => [tag, report])), logs: [] }
          },
        }
      },
    }
    const [fault] = faults(await look(() => thing(stuck), 1500))
    assert.match(fault?.message ?? '', /^still queued after 2 s \(.*see that folder under the same path/)
  })

  it('refuses a name that nobody has', () =>
    assert.rejects(
      examine(
        openSession({
          workspace: folder,
          verbose: false,
          asJson: true,
          takeOver: false,
          interrupted: new AbortController().signal,
        }),
        { destination: 'loca', wait: 1, read: async () => ({}), told() {} },
      ),
      { code: 'unknown-destination', message: /did you mean `local`\?/ },
    ))
})
