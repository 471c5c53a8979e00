import assert from 'node:assert/strict'
import { readBytes, statIfThere, write } from '../core/system/files.ts'
import { quote } from '../core/quote.ts'
import type { Transport } from '../transports/transport.ts'
import { askOfStreams } from './ask-of-streams.ts'
import { eventually, within } from './eventually.ts'
import { asking, type Ask, type Harness, type Subject } from './harness.ts'

export interface TransportSubject extends Subject {
  readonly transport: Transport
  /** An empty folder on the machine at the other end: absolute. */
  readonly there: string
  /** An empty folder on this machine: absolute. */
  readonly here: string
  /** Drops the connection under the transport; not needed where there is none. */
  readonly cut?: () => Promise<void>
}

export interface TransportSupport {
  /** Whether there is a connection that can drop: `cut` is then asked for. */
  readonly connection?: boolean
  /** Milliseconds until a thing that must happen counts as not happening; 15 s when not given. */
  readonly patience?: number
}

/**
 * Asks a transport whether it keeps the contract of `Transport`: streams apart and whole, exit codes, files byte for
 * byte and under any name, requests that end when they are told to.
 *
 * ```ts
 * import { test } from 'node:test' // or vitest; with mocha: `{ test: it }`
 * import { transportSuite } from 'abeyance/testing'
 *
 * transportSuite({ test }, async () => {
 *   const [there, here] = [await mkdtemp('/tmp/there-'), await mkdtemp('/tmp/here-')]
 *   const transport = myTransport()
 *   const close = async () => {
 *     await transport.close()
 *     for (const folder of [there, here]) await rm(folder, { recursive: true })
 *   }
 *   return { transport, there, here, close }
 * })
 * ```
 *
 * A transport over a network says `{ connection: true }` and gives `cut`.
 */
export function transportSuite(
  harness: Harness,
  create: () => Promise<TransportSubject>,
  { connection = false, patience = 15_000 }: TransportSupport = {},
): void {
  const ask = asking(harness, create)
  askOfScripts(ask)
  askOfEnds(ask, patience)
  askOfFiles(ask)
  askOfNames(ask)
  if (connection) askOfStreams(ask)
  askOfClosing(ask)
  if (connection) askOfConnection(ask, patience)
}

const options = { deadline: 60_000 }
const text = (bytes: Uint8Array) => new TextDecoder('utf-8', { fatal: true }).decode(bytes)

const mebibyte = 1024 * 1024
/** Every byte occurs, and no piece looks like another. */
const pattern = (length: number) =>
  Uint8Array.from({ length }, (_, index) => (index * 31 + (index >> 8)) & 0xff)

/** What is special to a shell, to a list of names in lines, or to an option parser. */
const oddNames = [
  'two words',
  `quote'"s`,
  '$HOME `id`',
  '-rf',
  'é😀',
  'a\\b',
  '*?[x]',
  'tab\tand\nline',
  '#x',
  '~',
]

function askOfScripts(ask: Ask<TransportSubject>): void {
  ask('gives both streams apart', async ({ transport }) => {
    const answer = await transport.run('echo out; echo err >&2; echo out again', options)
    assert.deepEqual([text(answer.stdout), text(answer.stderr)], ['out\nout again\n', 'err\n'])
  })

  ask('gives the exit code of the script', async ({ transport }) => {
    for (const code of [0, 1, 7, 255]) assert.equal((await transport.run(`exit ${code}`, options)).code, code)
  })

  ask('gives 128 and the signal for a script that a signal ended', async ({ transport }) => {
    assert.equal((await transport.run('kill -KILL $$', options)).code, 137)
  })

  ask('takes a script of any size, with any text in it', async ({ transport }) => {
    const words = oddNames.map(quote).join(' ')
    const script = `set -- ${words}\n${': filler\n'.repeat(40_000)}printf '%s\\0' "$@"`
    const answer = await transport.run(script, options)
    assert.deepEqual(text(answer.stdout).split('\0').slice(0, -1), oddNames)
  })

  ask('gives the bytes of a stream as they are', async ({ transport }) => {
    const answer = await transport.run(`printf '\\000\\377\\303\\015\\012\\000'`, options)
    assert.deepEqual([...answer.stdout], [0, 255, 195, 13, 10, 0])
  })

  ask('gives 10 MiB on both streams at once', async ({ transport }) => {
    const flood = 'head -c 10485760 /dev/zero'
    const answer = await transport.run(`${flood} & ${flood} >&2; wait`, options)
    assert.deepEqual([answer.stdout.length, answer.stderr.length], [10 * mebibyte, 10 * mebibyte])
  })

  ask('answers many requests at once, each with its own', async ({ transport }) => {
    const turns = Array.from({ length: 20 }, (_, turn) => turn)
    const answers = await Promise.all(
      turns.map((turn) => transport.run(`echo ${turn}; exit ${turn}`, options)),
    )
    assert.deepEqual(
      answers.map(({ code, stdout }) => [code, text(stdout)]),
      turns.map((turn) => [turn, `${turn}\n`]),
    )
  })
}

function askOfEnds(ask: Ask<TransportSubject>, patience: number): void {
  ask('stops the script when the signal is aborted', async ({ transport, there }) => {
    const abort = new AbortController()
    const request = transport.run(beating(there), { ...options, signal: abort.signal })
    const rejected = assert.rejects(request, { code: 'aborted' })
    await beats(transport, there, patience)
    abort.abort()
    await within('the request after its abort', patience, rejected)
    await stands(transport, there, patience)
  })

  ask('stops the script at its deadline', async ({ transport, there }) => {
    const request = transport.run(beating(there), { deadline: 300 })
    const rejected = assert.rejects(request, { code: 'request-timeout' })
    await within('the request after its deadline', patience, rejected)
    await stands(transport, there, patience)
  })

  ask('starts nothing when the signal is aborted already', async ({ transport, there }) => {
    const request = transport.run(`: > ${quote(`${there}/started`)}`, {
      ...options,
      signal: AbortSignal.abort(),
    })
    await assert.rejects(request, { code: 'aborted' })
    assert.deepEqual(await transport.list(there, options), [])
  })

  ask('goes on working after a request was stopped', async ({ transport }) => {
    const stopped = transport.run('sleep 300', { deadline: 200 })
    await assert.rejects(within('the request after its deadline', patience, stopped), {
      code: 'request-timeout',
    })
    assert.equal(text((await transport.run('echo still here', options)).stdout), 'still here\n')
  })
}

function askOfFiles(ask: Ask<TransportSubject>): void {
  ask('carries 10 MiB there and back, byte for byte', async ({ transport, there, here }) => {
    const bytes = pattern(10 * mebibyte)
    await transport.write(`${there}/large`, bytes, options)
    const read = await transport.read(`${there}/large`, { offset: 0, length: bytes.length }, options)
    assert.ok(Buffer.from(bytes).equals(read), 'what was read is not what was written')
    await transport.fetch(`${there}/large`, `${here}/large`, options)
    assert.ok(
      Buffer.from(bytes).equals(await readBytes(`${here}/large`)),
      'what was fetched is not what was written',
    )
  })

  ask('reads from an offset, less at the end, nothing beyond it', async ({ transport, there }) => {
    await transport.write(`${there}/file`, new TextEncoder().encode('0123456789'), options)
    const read = async (offset: number, length: number) =>
      text(await transport.read(`${there}/file`, { offset, length }, options))
    assert.deepEqual(
      [await read(0, 3), await read(7, 2), await read(8, 100), await read(10, 5), await read(99, 5)],
      ['012', '78', '89', '', ''],
    )
  })

  ask('writes a local file there, with the mode it is told', async ({ transport, there, here }) => {
    await write(`${here}/tool`, '#!/bin/sh\necho ran\n')
    await transport.write(`${there}/tool`, { localPath: `${here}/tool` }, { ...options, mode: 0o755 })
    assert.equal(text((await transport.run(quote(`${there}/tool`), options)).stdout), 'ran\n')
  })

  ask('makes parent folders, replaces whole, leaves nothing else behind', async ({ transport, there }) => {
    await transport.write(`${there}/a/b/file`, pattern(1000), options)
    await transport.write(`${there}/a/b/file`, pattern(10), options)
    const found = await transport.list(there, { ...options, recursive: true })
    const files = found.filter(({ kind }) => kind === 'file')
    assert.deepEqual(files, [{ path: 'a/b/file', kind: 'file', size: 10 }])
  })

  ask('leaves nothing here of a fetch that fails', async ({ transport, there, here }) => {
    await assert.rejects(transport.fetch(`${there}/absent`, `${here}/absent`, options), {
      code: 'missing-file',
    })
    assert.equal(await statIfThere(`${here}/absent`), undefined)
  })

  ask('says missing-file where there is nothing', async ({ transport, there }) => {
    const missing = { code: 'missing-file' }
    await assert.rejects(transport.read(`${there}/absent`, { offset: 0, length: 1 }, options), missing)
    await assert.rejects(transport.list(`${there}/absent`, options), missing)
  })
}

function askOfNames(ask: Ask<TransportSubject>): void {
  ask('takes any name for a file', async ({ transport, there, here }) => {
    for (const name of oddNames) {
      await transport.write(`${there}/${name}`, new TextEncoder().encode(name), options)
      assert.equal(text(await transport.read(`${there}/${name}`, { offset: 0, length: 99 }, options)), name)
      await transport.fetch(`${there}/${name}`, `${here}/${name}`, options)
      assert.equal(text(await readBytes(`${here}/${name}`)), name)
    }
    const found = await transport.list(there, options)
    assert.deepEqual(found.map(({ path }) => path).toSorted(), oddNames.toSorted())
  })

  ask('lists what is there with kinds and sizes, deeper only when asked', async ({ transport, there }) => {
    await transport.write(`${there}/folder/file`, pattern(300), options)
    await transport.run(`cd ${quote(there)} && ln -s folder/file link`, options)
    const kinds = async (recursive: boolean) =>
      (await transport.list(there, { ...options, recursive }))
        .map(({ path, kind }) => `${path} ${kind}`)
        .toSorted()
    assert.deepEqual(await kinds(false), ['folder folder', 'link link'])
    assert.deepEqual(await kinds(true), ['folder folder', 'folder/file file', 'link link'])
    const [file] = await transport.list(`${there}/folder`, options)
    assert.deepEqual(file, { path: 'file', kind: 'file', size: 300 })
  })
}

function askOfClosing(ask: Ask<TransportSubject>): void {
  ask('may be closed twice', async ({ transport }) => {
    await transport.run(':', options)
    await transport.close()
    await transport.close()
  })

  ask('gives a watch that may be stopped twice', async ({ transport, there }) => {
    const stop = transport.watch(there, () => {})
    stop()
    stop()
  })
}

function askOfConnection(ask: Ask<TransportSubject>, patience: number): void {
  ask('works again after its connection dropped', async ({ transport, cut }) => {
    assert.ok(cut, 'create() must give `cut`, or the suite be told { connection: false }')
    await transport.run(':', options)
    await cut()
    const back = await eventually('the machine to answer again', patience, async () => {
      const answer = await transport.run('echo back', options).catch(() => undefined)
      return answer && text(answer.stdout)
    })
    assert.equal(back, 'back\n')
  })

  ask(
    'rejects what was under way when its connection dropped, as a fault that passes',
    async ({ transport, there, cut }) => {
      assert.ok(cut, 'create() must give `cut`, or the suite be told { connection: false }')
      const rejected = assert.rejects(transport.run(beating(there), options), { retryable: true })
      await beats(transport, there, patience)
      await cut()
      await within('the request after the cut', patience, rejected)
    },
  )
}

/** A script that goes on for minutes, and writes a line now and then for as long as it or its children live. */
function beating(folder: string): string {
  const beat = `echo beat >> ${quote(`${folder}/beats`)} || exit 1`
  return `n=0; while [ $n -lt 3000 ]; do ${beat}; sleep 0.1; n=$((n+1)); done`
}

/** Waits for the first beat. */
async function beats(transport: Transport, folder: string, patience: number): Promise<void> {
  await eventually('the script to start', patience, async () => {
    const answer = await transport.run(`[ -s ${quote(`${folder}/beats`)} ]`, options)
    return answer.code === 0 ? true : undefined
  })
}

/** Waits until half a second of the other machine brings no beat: the script is dead there. */
async function stands(transport: Transport, folder: string, patience: number): Promise<void> {
  const count = `cat ${quote(`${folder}/beats`)} 2>/dev/null | wc -l`
  await eventually('the script to be dead', patience, async () => {
    const answer = await transport.run(`a=$(${count}); sleep 0.5; [ "$a" = "$(${count})" ]`, options)
    return answer.code === 0 ? true : undefined
  })
}
