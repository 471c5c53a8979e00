import { createHash } from 'node:crypto'
import { digest, jobKey, nativeId, signature, workspaceId } from '../src/core/ids.ts'
import { tagOf } from '../src/core/tag-of.ts'
import type { JobRecord } from '../src/records/job-record.ts'

export const workspace = workspaceId('0190f5a1-7c3e-7d52-9b1a-2f6f0c4d8e11')

/** The record that the engine makes for one digest of the lambda demo, once it runs: each with a genome of its own. */
export function suspendedJob(place: number): JobRecord {
  const key = jobKey(hex(`job ${place}`))
  const file = { kind: 'file', at: { kind: 'workspace' } } as const
  return {
    key,
    signature: signature(key),
    name: `digest[${place}] EcoRI`,
    destination: 'here',
    spec: {
      run: {
        kind: 'command',
        words: [
          ['node'],
          [{ staged: 'tool/digest.mjs' }],
          ['--enzyme'],
          ['EcoRI'],
          ['--pace'],
          ['0'],
          [{ staged: 'genome/lambda.fa' }],
        ],
      },
      variables: {},
      staged: [
        {
          path: 'tool/digest.mjs',
          value: { ...file, name: 'digest.mjs', size: 1874, digest: digest(hex('tool')) },
        },
        {
          path: 'genome/lambda.fa',
          value: { ...file, name: 'lambda.fa', size: 49_311, digest: digest(hex(`genome ${place}`)) },
        },
      ],
      environment: {},
      outputs: { fragments: { kind: 'file', path: 'fragments.tsv', optional: false } },
      resources: {},
      load: [],
    },
    retry: [],
    log: [],
    attempt: 1,
    tag: tagOf(workspace, key, 1),
    earlier: [],
    state: {
      kind: 'running',
      since: 1_700_000_000_000 + place,
      nativeId: nativeId(String(place)),
      incarnation: 1,
      startedAt: 1_700_000_000_000 + place,
    },
  }
}

/** What a digest looks like, as random: nothing of it repeats. */
export function hex(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
