import { remove } from '../core/system/files.ts'
import type { Value } from '../pipeline/value.ts'
import { bringFiles } from '../staging/bring-files.ts'
import type { RequestOptions } from '../transports/transport.ts'
import type { Host } from './host.ts'
import { fetchOutput, type OutputSource } from './fetch-output.ts'
import { keepStream } from './keep-stream.ts'
import { listTree } from './list-folder.ts'
import { lookAnew } from './look-anew.ts'
import type { CallOptions, FetchAnswer, FetchQuestion } from './runner.ts'
import { ownStreams } from './streams.ts'
import { seekOutputs, toBring } from './seek-outputs.ts'
import { stayingOutputs } from './staying-outputs.ts'
import { travelRequest } from './travel-request.ts'

/** Keeps the streams of a job that ended, and brings home what it declared, once all of that is there. */
export async function fetchJob(
  host: Host,
  question: FetchQuestion,
  options: CallOptions,
): Promise<FetchAnswer> {
  const { context, folders } = host
  const { tag, incarnation, spec } = question
  const request = travelRequest(tag, 'home', options)
  if (!(await keepStreams(host, question, request))) {
    await lookAnew(host, question, options)
    await keepStreams(host, question, request)
  }
  if (!question.outputs || Object.keys(spec.outputs).length === 0) return { kind: 'fetched', outputs: {} }

  const work = folders.work(tag, incarnation)
  const seek = async () => seekOutputs(spec.outputs, await listTree(context.transport, work, request))
  let { found, missing } = await seek()
  if (missing) {
    await lookAnew(host, question, options)
    ;({ found, missing } = await seek())
  }
  if (missing) return missing
  const outputs: [string, Value][] = []
  const staying = await stayingOutputs(host, work, found, request)
  // One name each time: what a killed process left of it is removed by the next.
  const into = `${context.logFolder}/${tag}.${incarnation}.outputs`
  try {
    await remove(into)
    const brought = await bringFiles(
      { transport: context.transport, folder: work, into, request },
      found.flatMap(({ name, output, found: { files } }) =>
        staying.has(name) ? [] : toBring(output, files),
      ),
    )
    const source: OutputSource = { context, work, request, brought }
    for (const { name, output, found: there } of found) {
      const stayed = staying.get(name)
      const answer =
        stayed === undefined
          ? await fetchOutput(source, name, output, there.files)
          : ({ kind: 'value', value: stayed } as const)
      if (answer.kind === 'refused') return answer
      outputs.push([name, answer.value])
    }
    return { kind: 'fetched', outputs: Object.fromEntries(outputs) }
  } finally {
    await remove(into)
  }
}

/** Whether both are there. */
async function keepStreams(
  { context, folders }: Host,
  { tag, incarnation }: FetchQuestion,
  request: RequestOptions,
): Promise<boolean> {
  let whole = true
  for (const stream of ownStreams) {
    const path = folders.stream(tag, incarnation, stream)
    whole = (await keepStream(context, path, `${tag}.${incarnation}.${stream}`, request)) && whole
  }
  return whole
}
