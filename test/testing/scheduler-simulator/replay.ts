import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import {
  openSimulator,
  type Simulator,
  type SimulatorOptions,
  type StopCause,
} from '../../../src/testing/index.ts'
import { readTranscript, type Step } from './read-transcript.ts'

type Dialect = SimulatorOptions['dialect']

/** Plays a recorded session against a simulated cluster of its own, and compares every answer. */
export async function replay(dialect: Dialect, name: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "simulator it's $a "))
  const steps = readTranscript(name)
  const simulator = await openSimulator({ folder: join(folder, 'cluster'), dialect, ...optionsOf(steps) })
  const home = join(folder, 'home')
  await mkdir(home)
  const ask = async (command: string) => withoutPlaceAndTime(await run(command, home, simulator), home)
  try {
    for (const step of steps) {
      if (step.kind === 'deed') await act(simulator, step.words)
      else if (step.kind === 'until') await until(ask, step.command, step.answer)
      else
        assert.equal(
          await ask(step.command),
          withoutPlaceAndTime(step.answer, home),
          `after \`${step.command}\``,
        )
    }
  } finally {
    await simulator.close()
    await rm(folder, { recursive: true, maxRetries: 5, retryDelay: 50 })
  }
}

function optionsOf(steps: readonly Step[]): Pick<SimulatorOptions, 'clock' | 'ids' | 'requeueDelay'> {
  const deeds = new Map(
    steps.flatMap((step) => (step.kind === 'deed' ? [[step.words[0], step.words[1]]] : [])),
  )
  return {
    clock: Date.UTC(2026, 10, 21, 8, 14, 29),
    ids: { first: Number(deeds.get('ids') ?? 1), last: 1_000_000 },
    requeueDelay: Number(deeds.get('delay') ?? 0),
  }
}

async function act(simulator: Simulator, [deed, ...words]: readonly string[]): Promise<void> {
  const [first = '', cause] = words
  if (deed === 'faults') await simulator.faults.set(JSON.parse(words.join(' ')))
  else if (deed === 'advance') await simulator.advance(Number(first))
  else if (deed === 'kill' && isCause(cause)) await simulator.kill(first, cause)
  else assert.ok(deed === 'ids' || deed === 'delay', `no such deed: ${deed}`)
}

function isCause(word: string | undefined): word is StopCause {
  return ['walltime', 'out-of-memory', 'preempted', 'node-failure', 'administrator'].includes(word ?? '')
}

async function until(
  ask: (command: string) => Promise<string>,
  command: string,
  expected: string,
): Promise<void> {
  const end = Date.now() + 45_000
  const wanted = withoutPlaceAndTime(
    /^\[exit \d+\]$/m.test(expected) ? expected : `${expected}${expected === '' ? '' : '\n'}[exit 0]`,
    '',
  )
  let answer = ''
  while ((answer = await ask(command)) !== wanted)
    if (Date.now() > end) assert.equal(answer, wanted, `\`${command}\` never said it`)
}

/** What a person would see: both streams in one, then the exit code, as the recorded sessions have it. */
export function run(command: string, folder: string, { environment }: Simulator): Promise<string> {
  return new Promise((resolve) => {
    const options = { cwd: folder, env: { ...environment, HOME: folder, LC_ALL: 'C.UTF-8' } }
    const child = execFile('/bin/sh', ['-c', `exec 2>&1\n${command}`], options, (error, stdout) => {
      const code = error === null ? 0 : (error.code ?? error.signal)
      resolve(`${stdout}${stdout === '' || stdout.endsWith('\n') ? '' : '\n'}[exit ${code}]`)
    })
    child.stdin?.end()
  })
}

/** Without what differs from one day and machine to another: times, names of hosts and users, a job's priority. */
export function withoutPlaceAndTime(text: string, home = ''): string {
  const { username, uid } = userInfo()
  return text
    .replaceAll(home === '' ? '\0' : home, '/home/wftest')
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d|\d\d\/\d\d\/\d{4} \d\d:\d\d:\d\d/g, 'TIME')
    .replaceAll(/[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}/g, 'TIME')
    .replaceAll(/\b0{1,2}:(\d\d:)?\d\d\b(?!:)/g, 'SPAN')
    .replaceAll(/\bn\[?[1-4](-\d\])?(?=[\s|]|$)/gm, 'NODE')
    .replaceAll(/\b179\d{7}\b/g, 'TIMESTAMP')
    .replaceAll(/[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d at \d\d:\d\d/g, 'MINUTE')
    .replaceAll(/^(hostname +)\S+ */gm, '$1HOST')
    .replaceAll(/@\w+(?=[\s<]) */g, '@HOST ')
    .replaceAll(/\b0\.\d{5}\b/g, 'PRIORITY')
    .replaceAll(/port \d+ on host "\w+"/g, 'port PORT on host HOST')
    .replaceAll(new RegExp(` *\\b(${username}|wftest)\\b *`, 'g'), ' wftest ')
    .replaceAll(` by ${uid}`, ' by 1001')
    .replaceAll(`(${uid})`, '(1001)')
    .replaceAll(/ at \S+ is (UP|DOWN)/g, ' at HOST is $1')
}
