import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { after, before, describe, it } from 'mocha'
import { eventually } from '../../../src/testing/eventually.ts'
import { buildSubject, type Subject } from '../../kill/build-subject.ts'
import { openRequestGate, type GateOptions } from '../../testing/request-gate.ts'
import { openCliFolder, type CliFolder, type Running } from './cli-folder.ts'
import { serverOf } from './managers.ts'
import { placeOf } from './place-of.ts'

const tried = ['_default_', 'direct', 'uuids', 'hpc'] as const

/** When the engine is killed, once; what it asked for then arrives, or does not. */
const points: readonly (readonly [string, 'before' | 'after', RegExp, boolean])[] = [
  ['after its job was set up', 'after', /^POST .*\/jobs$/, true],
  ['between set-up and submission', 'before', /\/submit$/, false],
  ['while its submission is on its way', 'before', /\/submit$/, true],
  ['before its submission is answered', 'after', /\/submit$/, true],
]

describe('the engine, killed at a request to a real Pulsar server', () => {
  let subject: Subject
  before(async () => {
    subject = await buildSubject()
  })
  after(() => subject.remove())

  for (const manager of tried)
    for (const [name, when, at, arrives] of points)
      it(`runs its job once, ${name}, manager ${manager}`, async () => {
        const { options } = serverOf(manager)
        let running: Running | undefined
        const strike = async (request: string) => {
          if (running === undefined || !at.test(request)) return true
          running.child.kill('SIGKILL')
          running = undefined
          return arrives
        }
        const gate = await openRequestGate({
          to: new URL(options.url),
          [when]: strike,
        } satisfies GateOptions)
        const on = await openCliFolder(subject, { ...options, url: gate.url })
        try {
          await writeFile(join(on.folder, 'once.yaml'), once(on))
          const first = (running = on.start(['run', 'once.yaml', '--wait']))
          const killed = await first.ended
          assert.equal(killed.signal, 'SIGKILL', killed.said)
          const end = await on.start(['run', 'once.yaml', '--wait']).ended
          assert.equal(end.code, 0, end.said)
          assert.equal(await readFile(join(on.shared, 'ran'), 'utf8'), 'ran\n')
        } finally {
          await on.close()
          await gate.close()
        }
      })
})

describe('streams of a job on a real Pulsar server', () => {
  let subject: Subject
  before(async () => {
    subject = await buildSubject()
  })
  after(() => subject.remove())

  for (const manager of ['_default_', 'uuids', 'hpc', '_default_ behind a broker', 'hpc behind a broker'])
    it(`are read live, 2 MiB of text and bytes on each, byte for byte, while the engine is killed, manager ${manager}`, async () => {
      const on = await openCliFolder(subject, (await placeOf(manager)).options)
      try {
        const printed = await blocks(on)
        await writeFile(join(on.folder, 'loud.yaml'), loud(on))
        const first = on.start(['run', 'loud.yaml', '--wait'])
        await eventually(
          'the job to print',
          60_000,
          async () => (await readdir(on.shared)).includes('half') || undefined,
        )
        const readers = streams.map((stream) => on.start(['logs', 'loud', '-f', '--raw', `--${stream}`]))
        await wait(1500)
        first.child.kill('SIGKILL')
        assert.equal((await first.ended).signal, 'SIGKILL')
        const end = await on.start(['run', 'loud.yaml', '--wait']).ended
        assert.equal(end.code, 0, end.said)
        for (const [place, reader] of readers.entries()) {
          const { code, out, said } = await reader.ended
          assert.equal(code, 0, said.slice(0, 500))
          assert.ok(
            out.equals(printed[place] ?? Buffer.of()),
            `${streams[place]}: ${out.length} of ${printed[place]?.length} bytes`,
          )
        }
      } finally {
        await on.close()
      }
    })
})

const streams = ['stdout', 'stderr'] as const

/** In quotes of the shell's and in a document's block: paths here hold neither quotes nor spaces. */
function once({ shared }: CliFolder): string {
  return `abeyance: 1
name: once
modules:
  once: { script: "echo ran >> ${shared}/ran; echo done > out", outputs: { out: out } }
outputs: { out: $once.out }
`
}

/** What is printed, in 32 parts: bytes of all values, and letters of more bytes than one, cut anywhere. */
async function blocks({ shared }: CliFolder): Promise<readonly Buffer[]> {
  const all: Buffer[] = []
  for (const stream of streams) {
    const text = Buffer.from('ü😀漢\r\n\0'.repeat(70_000))
    const whole = Buffer.concat([randomBytes(2 ** 20), text]).subarray(0, 2 ** 21 - 1)
    const mixed = Buffer.concat(
      Array.from({ length: 32 }, (_, n) => [
        whole.subarray(n * 32_768, (n + 1) * 32_768),
        text.subarray(n * 32_767, (n + 1) * 32_767),
      ]).flat(),
    )
    await writeFile(join(shared, stream), mixed)
    all.push(mixed)
  }
  return all
}

function loud({ shared }: CliFolder): string {
  return `abeyance: 1
name: loud
modules:
  loud:
    script: |
      i=0
      while [ $i -lt 64 ]; do
        dd if=${shared}/stdout bs=32768 skip=$i count=1 status=none
        dd if=${shared}/stderr bs=32768 skip=$i count=1 status=none >&2
        i=$((i + 1))
        if [ $i -eq 16 ]; then : >${shared}/half; fi
        sleep 0.1
      done
      echo done > out
    outputs: { out: out }
outputs: { out: $loud.out }
`
}
