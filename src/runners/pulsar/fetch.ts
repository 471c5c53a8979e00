import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { openAppendFile } from '../../core/system/append-file.ts'
import { makeFolder, remove, stat } from '../../core/system/files.ts'
import { digest as asDigest } from '../../core/ids.ts'
import type { Value } from '../../pipeline/value.ts'
import { broughtDamaged, type BroughtFile } from '../../staging/bring-files.ts'
import { fetchOutput, streamPath } from '../fetch-output.ts'
import { seekOutputs, toBring } from '../seek-outputs.ts'
import type { CallOptions, FetchAnswer, FetchQuestion } from '../runner.ts'
import { ownStreams } from '../streams.ts'
import { travelRequest } from '../travel-request.ts'
import type { Hold } from './hold.ts'
import { homeOf } from './home.ts'
import { keepStreams } from './keep-streams.ts'
import { readListing, type ListedOutput } from './listing.ts'
import { observe } from './observe.ts'
import { untilBrought } from './until-brought.ts'

/** Keeps the streams of a job that ended, and brings home what it declared, found to be what its machine had. */
export async function fetchJob(
  hold: Hold,
  question: FetchQuestion,
  options: CallOptions,
): Promise<FetchAnswer> {
  const { tag, incarnation, spec } = question
  const call = options.signal ? { signal: options.signal } : {}
  if (hold.attempts.of(tag).sizes === undefined) await observe(hold, tag, call) // how long the streams must be
  await keepStreams(hold, question, call)
  if (!question.outputs || Object.keys(spec.outputs).length === 0) return { kind: 'fetched', outputs: {} }

  const listed = await readOutputs(hold, question, options)
  if (listed === undefined)
    return {
      kind: 'refused',
      reason: 'staging-out',
      message: `the list of what the job left was not written, or did not come here whole, so nobody knows what there is${await faultOf(hold, tag)}`,
    }
  const { found, missing } = seekOutputs(spec.outputs, listed)
  if (missing) return missing
  const { context } = hold
  const request = travelRequest(tag, 'home', options)
  // One name each time: what a killed process left of it is removed by the next.
  const into = `${context.logFolder}/${tag}.${incarnation}.outputs`
  try {
    await remove(into)
    await makeFolder(into)
    const wanted = found.flatMap(({ output, found: { files } }) => toBring(output, files))
    const brought = await bringAll(
      hold,
      question,
      { into, listed, paths: wanted.map(({ path }) => path) },
      options,
    )
    if ('kind' in brought) return brought
    const source = { context, work: '', request, brought: brought.files }
    const outputs: [string, Value][] = []
    for (const { name, output, found: there } of found) {
      const answer = await fetchOutput(source, name, output, there.files)
      if (answer.kind === 'refused') return answer
      outputs.push([name, answer.value])
    }
    return { kind: 'fetched', outputs: Object.fromEntries(outputs) }
  } finally {
    await remove(into)
  }
}

/** What the machine wrote down of the work folder when the command was over; undefined where that cannot be had. */
async function readOutputs(
  hold: Hold,
  { tag, incarnation, spec }: FetchQuestion,
  options: CallOptions,
): Promise<readonly ListedOutput[] | undefined> {
  if (Object.values(spec.outputs).every(({ kind }) => kind === 'stream')) return []
  const { signal } = options
  const name = homeOf(tag).listing(incarnation)
  const read = async () => {
    const bytes = await hold.server.read(tag, name, signal ? { signal } : {})
    return bytes && readListing(bytes)
  }
  const first = await read()
  if (first !== undefined) return first
  // Behind a broker it may be on its way, after the exit; over HTTP an answer may have been a passing fault.
  if (hold.isBlind) await untilBrought(hold, { tag, wanted: new Map([[name, 0]]) }, signal ? { signal } : {})
  return read()
}

async function faultOf({ door }: Hold, tag: FetchQuestion['tag']): Promise<string> {
  const fault = await door?.fault(tag)
  return fault === undefined ? '' : `; ${fault}`
}

interface Bringing {
  readonly into: string
  readonly listed: readonly ListedOutput[]
  readonly paths: readonly string[]
}

async function bringAll(
  hold: Hold,
  { tag, incarnation }: FetchQuestion,
  { into, listed, paths }: Bringing,
  options: CallOptions,
): Promise<{ readonly files: ReadonlyMap<string, BroughtFile> } | Extract<FetchAnswer, { kind: 'refused' }>> {
  const known = new Map(listed.map((one) => [one.path, one]))
  const once = [...new Set(paths)]
  const total = once.reduce((sum, path) => sum + (known.get(path)?.size ?? 0), 0)
  let done = 0
  const count = (bytes: number) =>
    options.travelled?.(tag, { way: 'home', done: (done += bytes), total: Math.max(done, total) })
  await untilBrought(hold, { tag, wanted: broughtNames(hold, { tag, incarnation }, known, once) }, options)
  const files = new Map<string, BroughtFile>()
  const lacking: string[] = []
  await Promise.all(
    once.map(async (path, place) => {
      const localPath = join(into, String(place))
      const stream = ownStreams.find((one) => streamPath(one) === path)
      const name = stream ? homeOf(tag).stream(incarnation, stream) : homeOf(tag).work(incarnation, path)
      const one = known.get(path)
      const brought =
        (await takeBrought(hold, { tag, incarnation, one, localPath })) ??
        (await bringOne(hold, { tag, name, localPath, count }, options))
      if (brought === undefined) lacking.push(path)
      else if (one?.digest !== undefined && brought.digest !== one.digest) throw broughtDamaged(path)
      else if (stream && Number((await stat(localPath)).size) < (hold.attempts.of(tag).sizes?.[stream] ?? 0))
        throw broughtDamaged(stream)
      else files.set(path, brought)
    }),
  )
  if (lacking.length === 0) return { files }
  if (hold.isBlind)
    return {
      kind: 'refused',
      reason: 'staging-out',
      message: `what the job left did not come here: ${lacking.join(', ')}${await faultOf(hold, tag)}`,
    }
  return {
    kind: 'refused',
    reason: 'staging-out',
    message: `${hold.server.name} does not give what the job left: ${lacking.join(', ')}; a link that leads out of the job's folder is not followed there`,
  }
}

/** What its server brings of these paths, by name with its size; none where nothing is pulled. */
function broughtNames(
  { door }: Hold,
  { tag, incarnation }: Pick<FetchQuestion, 'tag' | 'incarnation'>,
  known: ReadonlyMap<string, ListedOutput>,
  paths: readonly string[],
): ReadonlyMap<string, number> {
  const names = new Map<string, number>()
  for (const path of door ? paths : []) {
    const { digest, size } = known.get(path) ?? {}
    if (digest !== undefined) names.set(homeOf(tag).out(incarnation, digest), size ?? 0)
  }
  return names
}

interface Brought {
  readonly tag: FetchQuestion['tag']
  readonly incarnation: number
  readonly one: ListedOutput | undefined
  readonly localPath: string
}

/** Undefined where its server did not bring it. Whoever took it found it to be what its name says. */
async function takeBrought(
  { door }: Hold,
  { tag, incarnation, one, localPath }: Brought,
): Promise<BroughtFile | undefined> {
  if (door === undefined || one?.digest === undefined) return undefined
  const { digest } = one
  return (await door.lay(homeOf(tag).out(incarnation, digest), localPath)) ? { localPath, digest } : undefined
}

interface One {
  readonly tag: FetchQuestion['tag']
  readonly name: string
  readonly localPath: string
  count(bytes: number): void
}

/** Undefined where the server does not give it. */
async function bringOne(
  { server }: Hold,
  { tag, name, localPath, count }: One,
  { signal }: CallOptions,
): Promise<BroughtFile | undefined> {
  const hash = createHash('sha256')
  const file = await openAppendFile(localPath)
  try {
    const sink = async (piece: Uint8Array) => {
      hash.update(piece)
      await file.append(piece)
      count(piece.length)
      return true
    }
    if (!(await server.stream(tag, name, sink, signal ? { signal } : {}))) return undefined
  } finally {
    await file.close()
  }
  return { localPath, digest: asDigest(hash.digest('hex')) }
}
