import type { Command } from 'commander'
import { newCommand, type Cli } from '../command.ts'
import { exitCodes, type ExitCode } from '../exit-code.ts'
import type { Session } from '../session.ts'

interface InitWords {
  readonly json?: true
}

export function initCommand(cli: Cli): Command {
  return newCommand(
    'init',
    'write an abeyance.yaml with comments and a small pipeline that runs',
    'abeyance init first && cd first',
  )
    .argument('[folder]', 'made where it is not there; else the workspace')
    .option('--json', 'answer { folder, files } as JSON')
    .action((folder: string | undefined, words: InitWords) =>
      cli.run((session) => init(session, folder, words)),
    )
}

async function init(session: Session, named: string | undefined, { json }: InitWords): Promise<ExitCode> {
  const { join, resolve } = await import('node:path')
  const { AbeyanceError } = await import('../../core/error.ts')
  const { makeFolder, statIfThere } = await import('../../core/system/files.ts')
  const { publish } = await import('../../core/system/publish.ts')
  const { starterFiles } = await import('../starter-files.ts')
  const folder = named === undefined ? session.folder : resolve(named)
  const files = Object.entries(starterFiles).map(([name, text]) => ({ path: join(folder, name), text }))
  for (const { path } of files)
    if (await statIfThere(path))
      throw new AbeyanceError(
        'usage',
        `${path} is there already; nothing was written. Choose another folder, or move it away`,
      )
  await makeFolder(folder)
  for (const { path, text } of files) await publish(path, text)
  if (json) session.json({ folder, files: files.map(({ path }) => path) })
  else {
    for (const { path } of files) session.print(`wrote ${path}`)
    session.print(`try it: ${named === undefined ? '' : `cd ${named} && `}abeyance run hello.yaml --wait`)
  }
  return exitCodes.done
}
