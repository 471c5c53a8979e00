import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { route } from '../../src/workspace/route.ts'
import type { Routed, Routes } from '../../src/workspace/routes.ts'
import type { RunnerKind } from '../../src/runners/runner.ts'

describe('route', () => {
  const kind = (name: string, cannot: readonly string[] = []): RunnerKind => ({
    kind: name,
    cannot,
    open() {
      throw new Error('nothing is opened to choose')
    },
  })
  const routes: Routes = {
    destinations: new Map([
      ['local', { runner: kind('local', ['gpus']), tags: [], adds: {} }],
      [
        'small',
        {
          runner: kind('slurm'),
          tags: ['cluster'],
          adds: {
            container: { runtime: 'podman' },
            resubmit: [{ on: ['out-of-memory', 'walltime'], attempts: 2, destination: 'big' }],
          },
        },
      ],
      ['big', { runner: kind('slurm', ['account']), tags: ['cluster', 'large'], adds: {} }],
    ]),
    default: 'local',
    byType: { 'acme/align': 'small' },
  }
  const job = (more: Partial<Routed> = {}): Routed => ({
    type: 'command',
    module: 'digest[3]',
    settings: {},
    hasImage: false,
    ...more,
  })

  const right: readonly (readonly [string, Routed, Readonly<Record<string, string>>, string, string])[] = [
    ['the run', job({ settings: { destination: 'small' } }), { digest: 'big' }, 'big', 'this run says so'],
    ['the run, for all', job(), { '*': 'big' }, 'big', 'this run says so'],
    ['the module', job({ settings: { destination: 'big' } }), {}, 'big', 'the module says so'],
    [
      'its tags',
      job({ settings: { tags: ['cluster', 'large'] } }),
      {},
      'big',
      'it has `cluster` and `large`',
    ],
    [
      'its type, and where rules send it',
      job({ type: 'acme/align' }),
      {},
      'small',
      'the route of acme/align; after out-of-memory or walltime: big',
    ],
    [
      'its own rules first',
      job({ settings: { retry: [{ on: ['node-failure'], attempts: 2, destination: 'small' }] } }),
      {},
      'local',
      'the default; after node-failure: small',
    ],
    ['the default', job(), {}, 'local', 'the default'],
  ]
  for (const [what, routed, overrides, name, why] of right)
    it(`goes by ${what}`, () => assert.deepEqual(route(routes, routed, overrides), { name, why }))

  const wrong: readonly (readonly [string, Routed, RegExp])[] = [
    ['a destination that is not there', job({ settings: { destination: 'huge' } }), /no destination `huge`/],
    ['tags that nobody has', job({ settings: { tags: ['gpu'] } }), /no destination has the tags gpu/],
    [
      'what it cannot express',
      job({ settings: { resources: { gpus: 1 } } }),
      /`gpus` means nothing to local/,
    ],
    ['an image without a runtime', job({ hasImage: true }), /local has no container runtime/],
    [
      'a rule that sends it nowhere',
      job({ settings: { retry: [{ on: ['walltime'], attempts: 2, destination: 'bgi' }] } }),
      /sends it to `bgi`.*did you mean `big`\?/,
    ],
    [
      'a rule that sends it where its resources mean nothing',
      job({ type: 'acme/align', settings: { resources: { account: 'lab' } } }),
      /`account` means nothing to big/,
    ],
    [
      'a rule that sends its image where none runs',
      job({ type: 'acme/align', hasImage: true }),
      /big has no container runtime/,
    ],
  ]
  for (const [what, routed, message] of wrong)
    it(`refuses ${what}`, () => assert.throws(() => route(routes, routed, {}), { message }))
})
