import type { Command } from 'commander'
import { modulePath } from '../../core/ids.ts'
import { newCommand, type Cli } from '../command.ts'
import { exitCodes, type ExitCode } from '../exit-code.ts'
import type { Session } from '../session.ts'

interface TokenWords {
  readonly url?: string
  readonly json?: true
}

export function tokenCommand(cli: Cli): Command {
  return newCommand(
    'token',
    'tell the address that a module waits to be called back at: a secret, for whoever is to call and nobody else',
    'abeyance token last measured --url https://lab.example/abeyance',
  )
    .argument('<run>', 'a run: id, part of it, key, `last`')
    .argument('<module>', 'the module that waits: `abeyance waits` lists them')
    .option('--url <address>', 'where the page is served; ABEYANCE_URL when not given')
    .option('--json', 'answer { run, module, token, path, url } as JSON')
    .action((run: string, module: string, words: TokenWords) =>
      cli.run((session) => token(session, { run, module, ...words })),
    )
}

async function token(
  session: Session,
  { run: text, module, url, json }: TokenWords & { readonly run: string; readonly module: string },
): Promise<ExitCode> {
  const { readOnly } = await import('../drive.ts')
  const { findRun } = await import('../find-run.ts')
  const base = (url ?? session.environment('ABEYANCE_URL'))?.replace(/\/+$/, '')
  return readOnly(session, async (view) => {
    const run = await findRun(view, text)
    const secret = await view.callbackToken(run.id, modulePath(module))
    const path = `api/tokens/${secret}`
    const address = base === undefined ? undefined : `${base}/${path}`
    if (json)
      session.json({
        run: run.id,
        module,
        token: secret,
        path,
        ...(address !== undefined && { url: address }),
      })
    else {
      session.print(address ?? path)
      if (address === undefined)
        session.tell('this is below the address at which the page is served; --url ADDRESS makes it whole')
    }
    return exitCodes.done
  })
}
