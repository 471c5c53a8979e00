import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import { transportSuite } from '../../../src/testing/transport-suite.ts'
import { ssh } from '../../../src/transports/ssh.ts'
import { startOwnSshd, type OwnSshd } from './own-sshd.ts'

const soon = { deadline: 30_000 }
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString()

const noise = 'echo Welcome to this machine; echo and mind its rules'
/** What each login shell reads before a command, and prints by it. */
const rcFiles: Readonly<Record<string, string>> = {
  '.bashrc': `${noise} >&2\n`,
  '.profile': `${noise}\n`,
  '.tcshrc': `${noise}\n`,
  '.config/fish/config.fish': `${noise} >&2\n`,
}

const shells = ['sh', 'bash', 'dash', 'tcsh', 'fish'] as const
const accountOf = (shell: string) => `abeyance-${shell}`

async function makeAccount(shell: string): Promise<void> {
  const name = accountOf(shell)
  removeAccount(shell)
  const path = execFileSync('sh', ['-c', `command -v ${shell}`], { encoding: 'utf8' }).trim()
  // The password is one that nothing matches: an account without any is locked.
  execFileSync('useradd', ['--create-home', '--shell', path, '--password', '*', name])
  for (const [file, content] of Object.entries(rcFiles)) {
    const at = join('/home', name, file)
    await mkdir(dirname(at), { recursive: true })
    await writeFile(at, content)
  }
  execFileSync('chown', ['-R', `${name}:`, `/home/${name}`])
}

function removeAccount(shell: string): void {
  try {
    execFileSync('userdel', ['--remove', '--force', accountOf(shell)], { stdio: 'ignore' })
  } catch {
    // There is none.
  }
}

function childrenOf(pid: number | undefined): readonly number[] {
  const found = execFileSync('sh', ['-c', `pgrep -P ${pid} || :`], { encoding: 'utf8' })
  return found.split('\n').filter(Boolean).map(Number)
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It went with the one before it.
  }
}

describe('ssh to a real sshd', function () {
  this.timeout(180_000)
  let sshd: OwnSshd
  before(async () => {
    const banner = join(await mkdtemp(join(tmpdir(), 'banner-')), 'banner')
    await writeFile(banner, 'Nobody may enter.\n')
    sshd = await startOwnSshd([`Banner ${banner}`, 'PrintMotd yes', 'Subsystem sftp internal-sftp'])
    for (const shell of shells) await makeAccount(shell)
  })
  after(async () => {
    await sshd.close()
    for (const shell of shells) removeAccount(shell)
  })

  async function bench(shell: string) {
    const user = accountOf(shell)
    const transport = ssh({ ...sshd.settings, user })
    const [there, here] = [await mkdtemp(join(tmpdir(), 'there-')), await mkdtemp(join(tmpdir(), 'here-'))]
    execFileSync('chown', [user, there])
    return {
      transport,
      there,
      here,
      /** Ends what serves the connections, a pair of processes each; the one that listens goes on. */
      cut() {
        for (const monitor of childrenOf(sshd.process.pid))
          for (const pid of [...childrenOf(monitor), monitor]) kill(pid)
        return Promise.resolve()
      },
      async close() {
        await transport.close()
        for (const folder of [there, here]) await rm(folder, { recursive: true, force: true, maxRetries: 10 })
      },
    }
  }

  for (const shell of shells)
    describe(`with the login shell ${shell}`, () => {
      transportSuite({ test: it }, () => bench(shell), { connection: true })
    })

  it('replaces a file in one step', async () => {
    const { transport, there, close } = await bench('sh')
    await transport.write(`${there}/file`, Buffer.from('0'), soon)
    const control = new AbortController()
    const reading = (async () => {
      let read = 0
      for (; !control.signal.aborted; read += 1) {
        assert.match(readFileSync(`${there}/file`, 'utf8'), /^\d+$/)
        await new Promise((resolve) => setImmediate(resolve))
      }
      return read
    })()
    for (let turn = 1; turn <= 100; turn += 1)
      await transport.write(`${there}/file`, Buffer.from(String(turn)), soon)
    control.abort()
    assert.ok((await reading) > 0)
    await close()
  })

  it('tells a full disk and a name that is too long', async () => {
    const { transport, there, here, close } = await bench('tcsh')
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m,mode=777', 'tmpfs', there])
    try {
      await writeFile(`${here}/large`, Buffer.alloc(4 * 2 ** 20))
      const full = { code: 'disk-full' }
      await assert.rejects(transport.write(`${there}/large`, { localPath: `${here}/large` }, soon), full)
      assert.deepEqual(await transport.list(there, soon), [])
      const long = transport.write(`${there}/${'n'.repeat(300)}`, Buffer.from('x'), soon)
      await assert.rejects(long, { code: 'invalid-value' })
    } finally {
      execFileSync('umount', [there])
      await close()
    }
  })

  it('lives with fewer sessions than it asks for', async () => {
    const few = await startOwnSshd(['MaxSessions 3', 'Subsystem sftp internal-sftp'])
    const transport = ssh({ ...few.settings, user: accountOf('dash') })
    try {
      const answers = await Promise.all(
        Array.from({ length: 12 }, (_, turn) => transport.run(`echo ${turn}`, soon)),
      )
      assert.deepEqual(
        answers.map(({ stdout }) => text(stdout).trim()),
        answers.map((_, turn) => String(turn)),
      )
    } finally {
      await transport.close()
      await few.close()
    }
    const told = await startOwnSshd(['MaxSessions 3', 'Subsystem sftp internal-sftp'])
    const within = ssh({ ...told.settings, user: accountOf('dash'), channels: 3 })
    try {
      await Promise.all([1, 2, 3, 4].flatMap(() => [within.run('echo', soon), within.list('/', soon)]))
    } finally {
      await within.close()
      await told.close()
    }
  })

  it('says that a host carries no files', async () => {
    const bare = await startOwnSshd()
    const transport = ssh({ ...bare.settings, user: accountOf('sh') })
    try {
      await assert.rejects(transport.list('/', soon), /carries no files/)
      assert.equal((await transport.run('exit 3', soon)).code, 3)
    } finally {
      await transport.close()
      await bare.close()
    }
  })
})
