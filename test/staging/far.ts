import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FileValue } from '../../src/pipeline/value.ts'
import { digestFile } from '../../src/signatures/digest-file.ts'
import type { ObjectStore } from '../../src/staging/object-store.ts'
import { openObjects } from '../../src/staging/objects.ts'
import { stageInputs } from '../../src/staging/stage-inputs.ts'
import type { StagedFile } from '../../src/staging/staging.ts'
import type { StagedInput } from '../../src/staging/staged-input.ts'
import type { SshOptions } from '../../src/transports/ssh.ts'
import type { Transport } from '../../src/transports/transport.ts'
import type { SshHostOptions } from '../transports/ssh-host.ts'
import { sshBench, type SshBench } from '../transports/ssh-bench.ts'

/** Staging to a machine behind SSH, with what was sent counted. */
export interface Far extends SshBench {
  readonly objects: ObjectStore
  /** The workspace's folder there. */
  readonly root: string
  readonly sent: { bytes: number; streams: number }
  /** Changes what is sent: for a line that damages it. */
  alter: (bytes: Uint8Array) => Uint8Array
  stage(tag: string, inputs: readonly StagedInput[], doubt?: boolean): Promise<readonly StagedFile[]>
}

export async function openFar(host: SshHostOptions = {}, options: Partial<SshOptions> = {}): Promise<Far> {
  const bench = await sshBench(host, options)
  const base = await mkdtemp(join(tmpdir(), 'far-'))
  const root = join(bench.there, "it's a $root")
  const sent = { bytes: 0, streams: 0 }
  const objects = await openObjects(join(base, 'objects'))
  const { stream } = bench.transport
  if (!stream) throw new Error('ssh has no stream')
  const far: Far = {
    ...bench,
    objects,
    root,
    sent,
    alter: (bytes) => bytes,
    stage: (tag, inputs, doubt = false) =>
      stageInputs(
        { transport, objects, folder: `${root}/${tag}/inputs`, cache: `${root}/cache`, doubt, request },
        inputs,
      ),
    async close() {
      await bench.close()
      await rm(base, { recursive: true, force: true })
    },
  }
  const request = { deadline: 200_000 }
  const transport: Transport = {
    ...bench.transport,
    stream(script, flow, more) {
      sent.streams += 1
      return stream(script, { ...flow, ...(flow.input && { input: altered(flow.input) }) }, more)
    },
  }
  async function* altered(input: AsyncIterable<Uint8Array>) {
    for await (const bytes of input) {
      sent.bytes += bytes.length
      yield far.alter(bytes)
    }
  }
  return far
}

export async function fileAt(path: string): Promise<FileValue> {
  return { kind: 'file', name: 'file', ...(await digestFile(path)), at: { kind: 'path', path } }
}
