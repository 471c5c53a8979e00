import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { trace } from '@opentelemetry/api'
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type ReadableSpan,
} from '@opentelemetry/sdk-trace-base'
import { after, before, describe, it } from 'mocha'
import { z } from 'zod'
import { command } from '../../src/modules/command.ts'
import { moduleType } from '../../src/modules/module-type-of.ts'
import { pipeline } from '../../src/pipeline/pipeline-builder.ts'
import { list } from '../../src/pipeline/ports.ts'
import { telemetry, type Telemetry } from '../../src/telemetry/telemetry.ts'
import { openWorkspace } from '../../src/workspace/open-workspace.ts'
import type { Workspace } from '../../src/workspace/workspace.ts'

const secret = 'hunter2-in-the-environment'

const greet = command({
  inputs: { word: z.string() },
  script: 'echo "$word secret-output $SECRET"; [ "$word" != bad ]; echo "$word" > out.txt',
  environment: { SECRET: secret },
  outputs: { text: { text: 'out.txt' } },
})
const join_ = moduleType({
  type: 'test/join',
  version: 1,
  inputs: { texts: list(z.string()) },
  outputs: { all: z.string() },
  compute: ({ texts }) => Promise.resolve({ all: texts.join('') }),
})
const study = pipeline('study', { words: list(z.string()) }, ({ add, map }, { words }) => {
  const { text } = map('greet', greet, 'word', { word: words })
  return add('join', join_, { texts: text })
})

describe('telemetry', function () {
  this.timeout(30_000)
  const exporter = new InMemorySpanExporter()
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
  const folders: string[] = []
  before(() => assert.ok(trace.setGlobalTracerProvider(provider)))
  after(async () => {
    trace.disable()
    await provider.shutdown()
    for (const folder of folders) await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  })

  const open = async (folder: string): Promise<{ workspace: Workspace; traces: Telemetry }> => {
    const traces = await telemetry()
    assert.ok(traces.isOn)
    const workspace = await openWorkspace(folder, { modules: [join_], onEvent: traces.hear })
    traces.follow(workspace)
    return { workspace, traces }
  }
  const close = async ({ workspace, traces }: { workspace: Workspace; traces: Telemetry }) => {
    await traces.close()
    await workspace.close()
    await workspace.close()
  }
  const spans = () => {
    const all = exporter.getFinishedSpans()
    exporter.reset()
    return all
  }
  const newFolder = async () => {
    const folder = await mkdtemp(join(tmpdir(), 'abeyance-telemetry-'))
    folders.push(folder)
    return folder
  }
  const named = (all: readonly ReadableSpan[], name: string) => all.filter((span) => span.name === name)
  const times = ({ startTime, endTime }: ReadableSpan) =>
    [startTime, endTime].map(([seconds, nano]) => seconds * 1000 + nano / 1e6)

  it('makes spans of run, modules, jobs and their phases, in the trace that the id of the run says', async () => {
    const opened = await open(await newFolder())
    const run = await opened.workspace.start(study, { inputs: { words: ['a', 'b'] } })
    assert.equal((await run.ended()).kind, 'done')
    await close(opened)
    const all = spans()
    assert.deepEqual(
      new Set(all.map((span) => span.spanContext().traceId)),
      new Set([run.id.replaceAll('-', '')]),
    )
    const [whole] = named(all, 'run study')
    assert.equal(whole?.attributes['abeyance.run.modules.collected'], 3, 'both elements, and the map')
    assert.equal(whole?.attributes['abeyance.run.state'], 'done')
    const jobs = named(all, 'job greet')
    assert.equal(jobs.length, 2)
    for (const job of jobs) {
      assert.equal(job.attributes['abeyance.run.id'], run.id)
      assert.equal(job.attributes['abeyance.job.attempt'], 1)
      assert.match(String(job.attributes['abeyance.signature']), /^[0-9a-f]{64}$/)
      const phases = all.filter((span) => span.parentSpanContext?.spanId === job.spanContext().spanId)
      const names = phases.map(({ name }) => name)
      assert.equal(names[0], 'submit')
      assert.equal(names.at(-1), 'collect')
      const [start = NaN, end = NaN] = times(job)
      const ends = phases.map(times)
      assert.equal(ends[0]?.[0], start, 'the phases begin with the job')
      assert.equal(ends.at(-1)?.[1], end, 'and end with it')
      for (const [place, [began]] of ends.entries()) if (place > 0) assert.equal(began, ends[place - 1]?.[1])
    }
    const [module] = named(all, 'module greet')
    assert.equal(module?.links.length, 1)
    assert.ok(jobs.some((job) => job.spanContext().spanId === module?.links[0]?.context.spanId))
    assert.equal(named(all, 'module join')[0]?.attributes['abeyance.module.outcome'], 'computed')
  })

  it('tells failures by words of our own, and nothing of what jobs are given or print', async () => {
    const opened = await open(await newFolder())
    const run = await opened.workspace.start(study, { inputs: { words: ['bad'] } })
    assert.equal((await run.ended()).kind, 'failed')
    await close(opened)
    const all = spans()
    const [job] = named(all, 'job greet')
    assert.deepEqual(
      [job?.status.message, job?.attributes['abeyance.job.reason']],
      ['exit-code', 'exit-code'],
    )
    assert.equal(named(all, 'module greet')[0]?.status.message, 'job-failed')
    assert.equal(named(all, 'run study')[0]?.status.message, 'failed')
    const told = JSON.stringify(
      all.map(({ name, attributes, status, events }) => ({ name, attributes, status, events })),
    )
    for (const word of [secret, 'secret-output', 'SECRET']) assert.ok(!told.includes(word), word)
  })

  it('makes the spans of a job that ended while nobody watched, from its history, in the same trace', async () => {
    const folder = await newFolder()
    const first = await open(folder)
    const run = await first.workspace.start(study, { inputs: { words: ['c'] } })
    await run.resting()
    await close(first) // as it is: queued or running
    const before = spans()
    const second = await open(folder)
    const again = await second.workspace.run(run.id)
    assert.equal((await again?.ended())?.kind, 'done')
    await close(second)
    const all = [...before, ...spans()]
    assert.equal(named(all, 'job greet').length, 1, 'once, by whichever process saw its end')
    assert.equal(named(all, 'run study').length, 1)
    assert.deepEqual(
      new Set(all.map((span) => span.spanContext().traceId)),
      new Set([run.id.replaceAll('-', '')]),
    )
    const [job] = named(all, 'job greet')
    assert.ok(job && (times(job)[0] ?? Infinity) <= run.record.startedAt + 60_000)
  })
})
