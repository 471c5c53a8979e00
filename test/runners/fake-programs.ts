import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

export interface Said {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** A login host where some programs are what a test makes them. */
export interface FakePrograms {
  readonly folder: string
  /** A program that runs these shell lines. */
  make(program: string, lines: string): void
  /** A program that prints these texts. */
  answer(program: string, answer: { out?: string; err?: string; code?: number }): void
  /** Runs shell lines as the body of a function with these words, in the folder. */
  run(lines: string, ...words: readonly string[]): Said
  close(): void
}

export function openPrograms(): FakePrograms {
  const folder = mkdtempSync(join(tmpdir(), "abeyance it's a "))
  const bin = join(folder, 'bin')
  mkdirSync(bin)
  const make = (program: string, lines: string) =>
    writeFileSync(join(bin, program), `#!/bin/sh\n${lines}\n`, { mode: 0o755 })
  make('id', 'echo ada')
  return {
    folder,
    make,
    answer(program, { out = '', err = '', code = 0 }) {
      writeFileSync(join(folder, `${program}.out`), out)
      writeFileSync(join(folder, `${program}.err`), err)
      make(program, `cat "\${0%/*}/../${program}.out"; cat "\${0%/*}/../${program}.err" >&2; exit ${code}`)
    },
    run(lines, ...words) {
      const { status, stdout, stderr } = spawnSync(
        '/bin/sh',
        ['-c', `act() {\n${lines}\n}\nact "$@"`, 'sh', ...words],
        {
          cwd: folder,
          encoding: 'utf8',
          env: { PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}`, HOME: folder },
        },
      )
      return { code: status, out: stdout, err: stderr }
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  }
}
