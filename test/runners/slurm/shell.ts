import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

/** What one of Slurm's commands does when it is called. */
export interface Answer {
  readonly out?: string
  readonly err?: string
  readonly code?: number
}

export interface Said {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** A login host whose Slurm says what it is told to. */
export interface LoginHost {
  readonly folder: string
  answer(program: string, answer: Answer): void
  /** The words of each call, a line each. */
  asked(program: string): string
  /** The environment of the last call. */
  environmentOf(program: string): ReadonlyMap<string, string>
  run(lines: string, words?: readonly string[], environment?: Readonly<Record<string, string>>): Said
  close(): void
}

export function openLoginHost(): LoginHost {
  const folder = mkdtempSync(join(tmpdir(), "abeyance it's $a 5% "))
  const bin = join(folder, 'bin')
  mkdirSync(bin)
  // Nothing else can be called, not even a Slurm that this machine has. A folder of its own: what is written goes elsewhere, never through a link.
  const links = join(folder, 'links')
  mkdirSync(links)
  for (const tool of tools) symlinkSync(whereIs(tool), join(links, tool))
  const read = (path: string) => {
    try {
      return readFileSync(path, 'utf8')
    } catch {
      return ''
    }
  }
  return {
    folder,
    answer(program, { out = '', err = '', code = 0 }) {
      const at = join(bin, program)
      for (const kind of ['asked', 'env']) rmSync(`${at}.${kind}`, { force: true })
      writeFileSync(`${at}.out`, out)
      writeFileSync(`${at}.err`, err)
      const text = `#!/bin/sh
printf '%s\\n' "$*" >>"$0.asked"
env >"$0.env"
cat "$0.out"
cat "$0.err" >&2
exit ${code}
`
      writeFileSync(at, text, { mode: 0o755 })
    },
    asked: (program) => read(join(bin, `${program}.asked`)),
    environmentOf: (program) =>
      new Map(
        read(join(bin, `${program}.env`))
          .split('\n')
          .map((line) => [line.split('=')[0] ?? '', line.slice(line.indexOf('=') + 1)]),
      ),
    run(lines, words = [], environment = {}) {
      const script = `act() {\n${lines}\n}\nact "$@"`
      const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', script, 'sh', ...words], {
        cwd: folder,
        encoding: 'utf8',
        env: { PATH: `${bin}:${links}`, HOME: folder, ...environment },
      })
      return { code: status, out: stdout, err: stderr }
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  }
}

const tools = 'awk cat date env grep head id mkdir rm sed sh tr'.split(' ')

function whereIs(tool: string): string {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  return folders.map((each) => join(each, tool)).find((path) => existsSync(path)) ?? `/bin/${tool}`
}
