import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { readDocumentOrThrow } from '../src/pipeline/read-document.ts'
import type { Tag } from '../src/core/ids.ts'
import { local } from '../src/runners/local.ts'
import { eventually } from '../src/testing/eventually.ts'
import { ssh } from '../src/transports/ssh.ts'
import { catalogOf } from '../src/workspace/known-types.ts'
import { openWorkspace } from '../src/workspace/open-workspace.ts'
import type { Workspace } from '../src/workspace/workspace.ts'
import { startOwnSshd } from '../test/live/transports/own-sshd.ts'
import { startProxy, type TcpProxy } from '../test/transports/tcp-proxy.ts'
import { unmeasured } from './cluster.ts'
import type { Row } from './row.ts'

const [turns, lines] = [40, 20_000]

/** A job that writes for some seconds and then stays, so that its kept streams do not travel while bytes are counted. */
const document = `abeyance: 1
name: talker
modules:
  talk:
    script: |
      n=0
      while [ "$n" -lt ${turns} ]; do
        seq $((n * ${lines} + 1000000)) $((n * ${lines} + ${lines} + 999999))
        n=$((n + 1))
        sleep 0.2
      done
      until [ -e ../../../../over ]; do sleep 0.1; done
`

/** Bytes on the wire while a log is followed over SSH, both directions, looks and all, counted by a proxy. */
export async function logRows(): Promise<Row[]> {
  const what = 'following a log over SSH: bytes on the wire'
  if (!existsSync('/usr/sbin/sshd') || userInfo().uid !== 0) return [unmeasured(what, 'needs sshd, and root')]
  const sshd = await startOwnSshd(['PermitRootLogin prohibit-password', 'Subsystem sftp internal-sftp'])
  const proxy = await startProxy(sshd.port)
  const folder = await mkdtemp(join(tmpdir(), 'bench-log-'))
  const work = join(folder, 'work')
  const settings = {
    ...sshd.settings,
    user: userInfo().username,
    port: proxy.port,
    knownHostsFiles: [join(sshd.folder, 'known-hosts')],
  }
  const known = await readFile(join(sshd.folder, 'known_hosts'), 'utf8')
  await writeFile(join(sshd.folder, 'known-hosts'), known.replace(String(sshd.port), String(proxy.port)))
  const workspace = await openWorkspace(join(folder, 'here'), {
    destinations: { local: { runner: local(), transport: ssh(settings), workFolder: work } },
  })
  try {
    return [followedRow(what, await follow(workspace, proxy, () => writeFile(join(work, 'over'), '')))]
  } finally {
    await workspace.close()
    await proxy.close()
    await sshd.close()
    await rm(folder, { recursive: true, maxRetries: 10 })
  }
}

export interface Followed {
  readonly wire: number
  readonly bytes: Buffer
  readonly seconds: number
}

/** Follows the log of a job that goes on until `finish`, by a way that counts. */
export async function follow(
  workspace: Workspace,
  proxy: TcpProxy,
  finish: (tag: Tag) => Promise<void>,
): Promise<Followed> {
  const catalog = catalogOf({})
  const run = await workspace.start(await readDocumentOrThrow(document, { catalog, file: 'talker.yaml' }))
  const job = await eventually('the job runs', 60_000, async () =>
    (await workspace.jobs()).find(({ state }) => state.kind === 'running'),
  )
  const expected = Buffer.byteLength(expectedText())
  const pieces: Uint8Array[] = []
  let length = 0
  const [from, began] = [proxy.bytes, performance.now()]
  const followed = new Promise<Followed>((resolve) => {
    workspace.log$(job.key, 'stdout', 'start').subscribe((news) => {
      if (news.kind !== 'chunk') return
      pieces.push(news.bytes)
      length += news.bytes.length
      const seconds = (performance.now() - began) / 1000
      if (length >= expected) resolve({ wire: proxy.bytes - from, bytes: Buffer.concat(pieces), seconds })
    })
  })
  const answer = await followed
  await finish(job.tag)
  await run.ended()
  return answer
}

export function followedRow(what: string, { wire, bytes, seconds }: Followed): Row {
  const isRight = bytes.toString('latin1') === expectedText()
  const ratio = wire / bytes.length
  return {
    what,
    bar: '1.05 x of new bytes; nothing lost, nothing twice',
    figure: `${wire.toLocaleString('en')} in ${seconds.toFixed(0)} s, ${isRight ? 'byte for byte' : 'NOT what was written'}`,
    limit: `${bytes.length.toLocaleString('en')} written`,
    ratio,
    met: isRight && ratio <= 1.05,
  }
}

function expectedText(): string {
  let text = ''
  for (let number = 1_000_000; number < 1_000_000 + turns * lines; number += 1) text += `${number}\n`
  return text
}
