import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { abeyance, built, project, startAbeyance } from './command-line.ts'

/** Two elements that go on until the file `go` is there; one of them fails then. */
const document = (folder: string) =>
  `abeyance: 1
name: lambda
inputs: { words: { type: [string], default: [good, bad] } }
modules:
  digest:
    map: word
    script: |
      printf '\\033]0;owned\\007\\033[32mgreen\\033[0m\\n'
      while ! [ -e '${folder}/go' ]; do sleep 0.05; done
      [ "$word" = good ]
    inputs: { word: $words }
    outputs: {}
outputs: {}
`

async function study(): Promise<string> {
  const folder = await project({})
  await writeFile(join(folder, 'lambda.yaml'), document(folder))
  return folder
}

interface Terminal {
  /** Resolves when it has been shown. */
  shows(text: RegExp): Promise<void>
  type(keys: string): void
  readonly ended: Promise<{ readonly code: number | null; readonly shown: string }>
}

/** The program in a terminal of this size, by `script` of util-linux. */
async function inTerminal(
  folder: string,
  words: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<Terminal> {
  const main = join(await built(), 'cli', 'main.js')
  const line = `stty cols 90 rows 20; exec '${process.execPath}' '${main}' ${words.join(' ')}`
  const child = spawn('script', ['-qefc', line, '/dev/null'], {
    cwd: folder,
    env: {
      ...process.env,
      NODE_OPTIONS: '',
      NODE_V8_COVERAGE: '',
      TERM: 'xterm',
      SHELL: '/bin/sh',
      ...environment,
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  let shown = ''
  const looks = new Set<() => void>()
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text
    for (const look of looks) look()
  })
  const ended = new Promise<{ code: number | null; shown: string }>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, shown }))
  })
  return {
    ended,
    type: (keys) => void child.stdin.write(keys),
    shows: (text) =>
      new Promise((resolve, reject) => {
        const look = () => text.test(shown) && resolve()
        looks.add(look)
        look()
        void ended.then(() => reject(new Error(`it ended without showing ${String(text)}:\n${shown}`)))
      }),
  }
}

const [enter, leave] = ['\u001b[?1049h', '\u001b[?1049l']

describe('watch in a terminal', function () {
  this.timeout(240_000)

  it('shows a run and its jobs until it has ended, leaves the terminal as it was, and ends as run does', async () => {
    const folder = await study()
    assert.equal((await abeyance(folder, ['run', 'lambda.yaml'])).code, 3)
    const terminal = await inTerminal(folder, ['watch', 'last'])
    await terminal.shows(/running.*digest\[0\] good/)
    await writeFile(join(folder, 'go'), '')
    const { code, shown } = await terminal.ended
    assert.equal(code, 1)
    const after = shown.slice(shown.lastIndexOf(leave) + leave.length)
    // How it ended is told below the screen, whether or not there was time for a picture of it.
    assert.match(shown.slice(0, shown.lastIndexOf(leave)), /(running|fetching|failed).*digest\[1\] bad/)
    assert.match(after, /lambda [0-9a-f]{8} {2}failed after .*2 failed, 1 done of 3/)
    assert.ok(shown.includes(enter) && shown.includes('\u001b[?25h'), 'the cursor is back')
  })

  it('looks on beside the process that drives, and says at Ctrl+C that jobs go on', async () => {
    const folder = await study()
    const driver = await startAbeyance(folder, ['run', 'lambda.yaml', '--wait'])
    await driver.printed('running')
    const terminal = await inTerminal(folder, ['watch'], { NO_COLOR: '1' })
    await terminal.shows(/running.*digest\[0\] good/)
    terminal.type('\u0003')
    const { code, shown } = await terminal.ended
    assert.equal(code, 130)
    assert.match(shown, /process \d+ drives the workspace; this one looks on/)
    assert.match(shown.slice(shown.lastIndexOf(leave)), /jobs go on; `abeyance watch` goes on watching/)
    assert.ok(!shown.includes('\u001b[36m'), 'NO_COLOR')
    await writeFile(join(folder, 'go'), '')
    assert.equal((await driver.ended).code, 1, 'the driver never noticed')
  })

  it('prints lines beside the driver where output is no terminal, of the named run alone', async () => {
    const folder = await study()
    const driver = await startAbeyance(folder, ['run', 'lambda.yaml', '--wait'])
    await driver.printed('running')
    const lines = await startAbeyance(folder, ['watch', 'last'])
    await lines.printed('watching')
    await writeFile(join(folder, 'go'), '')
    const { code, stdout } = await lines.ended
    assert.equal(code, 1)
    assert.match(stdout, /digest\[1\] bad: \w+ -> failed/)
    assert.match(stdout, /run [0-9a-f-]{36}: failed\n$/)
    await driver.ended
  })

  it('follows the jobs of a run in colours of their own, lets their colours through and nothing else', async () => {
    const folder = await study()
    const driver = await startAbeyance(folder, ['run', 'lambda.yaml', '--wait'])
    await driver.printed('running')
    const logs = await inTerminal(folder, ['logs', '-f', '--stdout', 'last:'])
    await logs.shows(/digest\[0\] good.*green/)
    await writeFile(join(folder, 'go'), '')
    const { code, shown } = await logs.ended
    assert.equal(code, 0)
    assert.ok(shown.includes('\u001b[36mdigest[0] good\u001b[39m | \u001b[32mgreen\u001b[0m'), shown)
    assert.ok(!shown.includes('owned'))
    await driver.ended
  })
})
