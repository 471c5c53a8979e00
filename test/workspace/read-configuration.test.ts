import assert from 'node:assert/strict'
import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { after, before, describe, it } from 'mocha'
import { isAbeyanceError } from '../../src/core/error.ts'
import { readConfiguration } from '../../src/workspace/read-configuration.ts'

const environment: Readonly<Record<string, string>> = {
  HOOK_URL: 'https://hooks.example.org/t0psecret',
  EMPTY: '',
}

describe('readConfiguration', () => {
  let folder: string
  before(async () => {
    folder = await fs.mkdtemp(join(tmpdir(), 'abeyance-configuration-'))
  })
  after(() => fs.rm(folder, { recursive: true, force: true }))

  const read = async (text: string) => {
    const path = join(folder, 'abeyance.yaml')
    await fs.writeFile(path, text)
    return readConfiguration(path, {
      environment: (name) => environment[name],
      importModule: (place) => import(pathToFileURL(place).href),
      print() {},
    })
  }
  const problemsOf = async (text: string): Promise<readonly string[]> => {
    try {
      await read(text)
    } catch (error) {
      assert.ok(isAbeyanceError(error, 'invalid-configuration'), String(error))
      return error.message.split('\n').map((line) => line.replace(/^.*abeyance\.yaml:(?=\d)/, ''))
    }
    return []
  }

  it('gives destinations, routes, notices and caps as a workspace takes them', async () => {
    const options = await read(`abeyance: 1
destinations:
  big: { runner: local, workFolder: work, limits: { jobs: 4, memory: 24 GiB, submissionsPerMinute: 60 }, tags: [large], resources: { cores: 2, memory: 4 GiB }, logs: { perSecond: 1 MiB } }
default: big
route: { acme/align: big }
notifiers:
  lab: { kind: webhook, url: { environment: HOOK_URL } }
  here: { kind: console }
notices:
  - { on: [run-failed], to: [lab, here], quiet: '* 22-23,0-6 * * *' }
monitor: { slowest: 2s }
logs: { tail: 16 KiB, chunk: 1 MiB, perSecond: 8 MiB, perJob: 1 GiB, interval: 500ms, line: 1 KiB, keep: 1 MiB }
retention: 30d
`)
    const { runner, workFolder, ...big } = options.destinations?.big ?? {}
    assert.equal(runner?.kind, 'local')
    assert.equal(workFolder, join(folder, 'work'))
    assert.deepEqual(
      { ...big, transport: undefined },
      {
        transport: undefined,
        limits: { jobs: 4, memory: '24 GiB', submissionsPerMinute: 60 },
        tags: ['large'],
        resources: { cores: 2, memory: '4 GiB' },
        logs: { perSecond: '1 MiB' },
      },
    )
    assert.equal(options.defaultDestination, 'big')
    assert.deepEqual(options.route, { 'acme/align': 'big' })
    assert.deepEqual(Object.keys(options.notifiers ?? {}), ['lab', 'here'])
    assert.deepEqual(options.notices, [
      { on: ['run-failed'], to: ['lab', 'here'], quiet: '* 22-23,0-6 * * *' },
    ])
    assert.deepEqual(options.monitor, {
      slowest: 2000,
      logLine: 1024,
      retention: { kind: 'after', milliseconds: 30 * 86_400_000 },
    })
    assert.deepEqual(options.logs, {
      tail: '16 KiB',
      chunk: '1 MiB',
      perSecond: '8 MiB',
      perJob: '1 GiB',
      interval: '500ms',
    })
    assert.equal(options.logCap, 2 ** 20)
  })

  it('tells all problems at once, each with its place and what was probably meant', async () => {
    const problems = await problemsOf(`abeyance: 1
destinatons: {}
destinations:
  local: { runnner: local, runner: local }
  hpc: { runner: slurm, host: hpc, user: me, budgt: {}, options: { reqeue: true } }
  two: { runner: local, limits: { jbos: 4 } }
  three: { runner: local, logs: { chnk: 1 MiB, interval: often } }
notifiers:
  lab: { kind: webhok }
notices:
  - { on: [run-finnished], to: [lab] }
logs: { perSecnd: 1 MiB }
`)
    const expected = [
      /^2:1 abeyance\.yaml has no key `destinatons`; did you mean `destinations`\?$/,
      /^4:12 the destination `local` has no key `runnner`; did you mean `runner`\?$/,
      /^5:46 the destination `hpc` has no key `budgt`; did you mean `budget`\?$/,
      /^5:68 `options` of the runner `slurm` has no key `reqeue`; did you mean `requeue`\?$/,
      /^6:35 the limits of `two` has no key `jbos`; did you mean `jobs`\?$/,
      /^7:35 `logs` has no key `chnk`; did you mean `chunk`\?$/,
      /^7:58 `interval` is "often": write it as 250ms or 10s$/,
      /^9:16 .*`webhook`|^9:16 the kind of the notifier `lab` is one of console, webhook, command; it is not "webhok"; did you mean `webhook`\?$/,
      /^11:\d+ .*run-finnished.*did you mean `run-finished`\?$/,
      /^12:9 `logs` has no key `perSecnd`; did you mean `perSecond`\?$/,
    ]
    assert.equal(problems.length, expected.length, problems.join('\n'))
    for (const [index, pattern] of expected.entries()) assert.match(problems[index] ?? '', pattern)
  })

  const wrong: readonly (readonly [what: string, text: string, said: RegExp])[] = [
    ['a YAML syntax error', 'default: [', /^\d+:\d+ /],
    ['an unknown default', 'default: lcal', /^2:10 there is no destination `lcal`; did you mean `local`\?/],
    ['a route to nowhere', 'route: { a/b: nowhere }', /there is no destination `nowhere`/],
    ['an unknown notifier', 'notices: [{ on: [digest], to: [lba] }]', /there is no notifier `lba`/],
    ['a calendar that is none', "notices: [{ on: [digest], to: [], quiet: '99 * * * *' }]", /five fields/],
    [
      'an unknown runner',
      'destinations: { x: { runner: locl } }',
      /there is no runner `locl`; did you mean `local`\?/,
    ],
    [
      'a variable that is not set',
      'notifiers: { x: { kind: webhook, url: { environment: EMPTY } } }',
      /`EMPTY` is not set or empty/,
    ],
    [
      'a secret file that is not there',
      'notifiers: { x: { kind: webhook, url: { file: gone } } }',
      /cannot be read/,
    ],
    [
      'a module that is not there',
      'use: [./gone.js]',
      /`\.\/gone\.js` cannot be loaded: there is nothing at this path/,
    ],
    ['a size without unit', 'logs: { tail: "64" }', /64 KiB or 16 MiB/],
    ['a cap of nothing', 'logs: { perJob: 0 KiB }', /`perJob` is "0 KiB"/],
    ['another format', 'logs: []', /`logs` must be a mapping/],
  ]
  for (const [what, text, said] of wrong)
    it(`refuses ${what}`, async () => {
      assert.match((await problemsOf(`abeyance: 1\n${text}\n`)).join('\n'), said)
    })

  it('refuses a secret written in clear, and does not repeat it', async () => {
    const text = (
      await problemsOf(
        'abeyance: 1\nnotifiers: { x: { kind: webhook, url: { environment: HOOK_URL }, secret: whsec_MfKQ9r8G } }\n',
      )
    ).join()
    assert.match(text, /a secret never stands in this file/)
    assert.doesNotMatch(text, /MfKQ9r8G|t0psecret/)
  })

  it('knows the module types, runners and notifiers of modules under `use`', async () => {
    await fs.writeFile(
      join(folder, 'ours.mjs'),
      `export const mine = { type: 'acme/mine', version: 1, act: {}, kind: {}, checkInputs() {}, checkOutputs() {} }
export const pager = { async notify() {} }
export const odd = { kind: 'odd', cannot: [], open() {} }
`,
    )
    const options = await read(`abeyance: 1
use: [./ours.mjs]
destinations: { strange: { runner: odd } }
notices: [{ on: [run-failed], to: [pager] }]
`)
    assert.deepEqual(
      options.modules?.map(({ type }) => type),
      ['acme/mine'],
    )
    assert.equal(options.destinations?.strange?.runner.kind, 'odd')
    assert.deepEqual(Object.keys(options.notifiers ?? {}), ['pager'])
  })

  it('loads no code where no way to is handed in', async () => {
    const path = join(folder, 'abeyance.yaml')
    await fs.writeFile(path, 'abeyance: 1\nuse: [./gone.js]\ndestinations: { strange: { runner: odd } }\n')
    const options = await readConfiguration(path, { environment: () => undefined, print() {} })
    assert.deepEqual([options.modules, options.destinations], [[], {}])
  })
})
