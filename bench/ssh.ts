import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import type { Client, ClientChannel } from 'ssh2'
import { systemClock } from '../src/core/clock.ts'
import { silent } from '../src/core/logger.ts'
import { ssh } from '../src/transports/ssh.ts'
import { openConnection } from '../src/transports/ssh/connection.ts'
import type { SshSettings } from '../src/transports/ssh/ssh-settings.ts'
import type { Transport } from '../src/transports/transport.ts'
import { startOwnSshd } from '../test/live/transports/own-sshd.ts'
import { median } from './median.ts'
import type { Row } from './row.ts'
import { stagingRows } from './staging.ts'
import { timed } from './timed.ts'

const options = { deadline: 300_000 }

/** Requests and files over a real sshd on this machine, beside what one would do by hand in the same run. */
export async function sshRows(): Promise<Row[]> {
  if (!existsSync('/usr/sbin/sshd') || userInfo().uid !== 0)
    return [{ what: 'ssh', bar: '', figure: 'not measured', limit: 'needs sshd, scp and rsync, and root' }]
  const sshd = await startOwnSshd(['PermitRootLogin prohibit-password', 'Subsystem sftp internal-sftp'])
  const folder = await mkdtemp(join(tmpdir(), 'bench-ssh-'))
  const settings = { ...sshd.settings, user: userInfo().username }
  const transport = ssh(settings)
  try {
    return [...(await requests(transport, settings)), ...(await stagingRows(transport, settings, folder))]
  } finally {
    await transport.close()
    await sshd.close()
    await rm(folder, { recursive: true })
  }
}

async function requests(transport: Transport, settings: SshSettings): Promise<Row[]> {
  const connection = openConnection(settings, { clock: systemClock, logger: silent })
  const client = await connection.client(options)
  const line = await bareShell(client)
  const figures = { ours: [] as number[], line: [] as number[], exec: [] as number[] }
  await transport.run(':', options)
  for (let turn = 0; turn < 200; turn += 1) {
    figures.ours.push(await timed(() => transport.run(':', options)))
    figures.line.push(await timed(() => line()))
    if (turn % 10 === 0) figures.exec.push(await timed(() => execOnce(client)))
  }
  await connection.release()
  const [ours, bare, exec] = [median(figures.ours), median(figures.line), median(figures.exec)]
  return [
    {
      what: 'a request on a waiting shell, beside one exec on an open connection',
      bar: 'a tenth or less',
      figure: `${ours.toFixed(2)} ms`,
      limit: `${exec.toFixed(2)} ms`,
      ratio: ours / exec,
      met: ours / exec <= 0.1,
    },
    {
      what: 'the same, beside a bare line (`echo`) on a waiting shell',
      bar: '',
      figure: `${ours.toFixed(2)} ms`,
      limit: `${bare.toFixed(2)} ms`,
      ratio: ours / bare,
    },
  ]
}

function execOnce(client: Client): Promise<void> {
  return new Promise((resolve, reject) => {
    client.exec(':', (error, channel) => {
      if (error) return reject(error)
      channel.resume()
      channel.stderr.resume()
      channel.on('close', () => resolve())
    })
  })
}

async function bareShell(client: Client): Promise<() => Promise<void>> {
  const channel = await new Promise<ClientChannel>((resolve, reject) => {
    client.exec('exec /bin/sh -s', (error, opened) => (error ? reject(error) : resolve(opened)))
  })
  let answered = () => {}
  channel.on('data', () => answered())
  channel.stderr.resume()
  return () =>
    new Promise((resolve) => {
      answered = resolve
      channel.write('echo\n')
    })
}
