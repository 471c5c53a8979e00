import { execFile } from 'node:child_process'
import { cp, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Remote } from './subject/orders.ts'

export interface Subject {
  /** The program to be killed, as JavaScript: it starts much sooner than through a loader. */
  readonly engine: string
  readonly cli: string
  readonly shell: string
  /** Where jobs go over SSH, with all folders under this one, which both sides see; without it they go to this machine. */
  readonly remote?: { readonly kind: Remote; readonly folder: string }
  remove(): Promise<void>
}

const top = join(import.meta.dirname, '../..')

/** Compiles the package and the process that is killed, once for all points. */
export async function buildSubject(): Promise<Subject> {
  const folder = await mkdtemp(join(tmpdir(), 'abeyance-kill-'))
  const compiler = join(top, 'node_modules/.bin/tsc')
  await promisify(execFile)(compiler, ['-p', join(import.meta.dirname, 'tsconfig.json'), '--outDir', folder])
  await symlink(join(top, 'node_modules'), join(folder, 'node_modules'))
  await writeFile(join(folder, 'package.json'), '{ "type": "module", "version": "0.0.0" }')
  const subject = join(folder, 'test/kill/subject')
  for (const file of ['job.sh', 'killing-shell', 'killing-trap.bash'])
    await cp(join(import.meta.dirname, 'subject', file), join(subject, file))
  return {
    engine: join(subject, 'engine-process.js'),
    cli: join(folder, 'src/cli/main.js'),
    shell: join(subject, 'killing-shell'),
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}
