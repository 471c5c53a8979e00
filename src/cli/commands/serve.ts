import { InvalidArgumentError, type Command } from 'commander'
import { isAbeyanceError } from '../../core/error.ts'
import type { Workspace, WorkspaceView } from '../../workspace/workspace.ts'
import { collect, newCommand, type Cli } from '../command.ts'
import { exitCodes, type ExitCode } from '../exit-code.ts'
import type { Session } from '../session.ts'
import { userOf } from '../user-of.ts'

interface ServeWords {
  readonly port: number
  readonly host: string
  readonly allowHost?: readonly string[]
  readonly drive: boolean
  readonly open?: true
  readonly json?: true
}

const usualPort = 8422

export function serveCommand(cli: Cli): Command {
  return newCommand(
    'serve',
    'show the workspace on a page, with live logs; drive it too, where nobody does',
    'abeyance serve --open\nabeyance serve --port 9000 --no-drive',
  )
    .option('--port <number>', 'listen on this port; 0 takes a free one', portNumber, usualPort)
    .option(
      '--host <address>',
      'listen on this address, for others too where it is not loopback',
      '127.0.0.1',
    )
    .option('--allow-host <name>', 'answer also under this host name (repeatable)', collect)
    .option('--no-drive', 'show and ask only, also where nobody drives')
    .option('--open', 'open it in a browser')
    .option('--json', 'answer { url, host, port, drives, tokenFile } as one line of JSON when it listens')
    .action((words: ServeWords) => cli.run((session) => serve(session, words)))
}

async function serve(session: Session, words: ServeWords): Promise<ExitCode> {
  const { assertWorkspace } = await import('../../workspace/assert-workspace.ts')
  await assertWorkspace(session.folder)
  if (!words.drive) return beside(session, words)
  const { drive, readSettings } = await import('../drive.ts')
  try {
    return await drive(session, await readSettings(session), (workspace) => show(session, workspace, words))
  } catch (error) {
    // Whoever holds it goes on with every run; a page beside it asks through the inbox. One that cannot be seen may be gone.
    if (!isAbeyanceError(error, 'workspace-held') || error.details['seen'] === false) throw error
    session.tell(`process ${String(error.details['pid'])} drives the workspace; this one shows it beside`)
    return beside(session, words)
  }
}

async function beside(session: Session, words: ServeWords): Promise<ExitCode> {
  const { readOnly, readSettings } = await import('../drive.ts')
  const settings = await readSettings(session)
  return readOnly(session, (view) => show(session, view, words), settings)
}

async function show(session: Session, view: WorkspaceView | Workspace, words: ServeWords): Promise<ExitCode> {
  const { web } = await import('../../web/web.ts')
  const { webToken } = await import('../web-token.ts')
  const { hostNames, inAddress, listen } = await import('../listen.ts')
  const { makeLogger } = await import('../make-logger.ts')
  const { guardDisk } = await import('../guard-disk.ts')
  const { path: tokenFile, token } = await webToken(session.folder)
  const hosts = await hostNames(words.host, words.allowHost)
  const approver = async () => userOf(session) ?? 'web page' // whoever has the token is let in as this user
  const page = web(view, { token, hosts, approver, logger: await makeLogger(session) })
  const server = await listen(page.fetch, words).catch(async (error: unknown) => {
    await page.close()
    throw error
  })
  try {
    const { address, port } = server
    const place = `http://${inAddress(address)}:${port}/`
    const url = `${place}#login=${page.login()}`
    const drives = 'start' in view
    if (words.json) session.print(JSON.stringify({ url, host: address, port, drives, tokenFile }))
    else {
      session.print(url)
      session.tell(
        `the address opens one session; others log in at ${place} with the token in ${tokenFile}. Ctrl+C ends it${drives ? ', jobs go on' : ''}`,
      )
    }
    if (!server.isLoopback)
      session.tell(`${address} can be reached by others, over plain HTTP: put a proxy with TLS before it`)
    if (words.open) {
      const { openBrowser } = await import('../open-browser.ts')
      await openBrowser(url).catch(() =>
        session.tell('no browser could be opened; open the address yourself'),
      )
    }
    await guardDisk(session, ended(session.interrupted), { longest: Infinity })
    return exitCodes.done
  } finally {
    await page.close()
    await server.close()
  }
}

/** The server keeps the process alive. */
function ended(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}

function portNumber(text: string): number {
  const port = Number(text)
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port
  throw new InvalidArgumentError(`a port is a number from 0 to 65535, not ${text}.`)
}
