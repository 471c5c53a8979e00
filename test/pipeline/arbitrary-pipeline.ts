import fc from 'fast-check'
import type { JsonObject } from '../../src/core/json.ts'
import { reasons } from '../../src/core/reason.ts'
import { listOf } from '../../src/pipeline/read-source.ts'
import { file, folder } from '../../src/pipeline/ports.ts'
import type { Given, Module, Pipeline, PipelineInput, Source } from '../../src/pipeline/pipeline.ts'
import { plainTypes, type PortType } from '../../src/pipeline/port-type.ts'
import type { Settings } from '../../src/pipeline/settings.ts'

// Pipelines of every shape: what they mean does not matter here, only that a document keeps it.

const present = { requiredKeys: [] } satisfies fc.RecordConstraints<never>
const name = fc.stringMatching(/^[a-z][A-Za-z0-9_]{0,6}$/).filter((word) => !(word in {}))
const id = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_-]{0,6}$/).filter((word) => !(word in {}))

const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom(
    '',
    '$',
    '$$',
    '$a',
    '$a.b',
    '$$a',
    'no',
    '1.10',
    '0x1F',
    '~',
    '- a',
    'a: b',
    '#',
    ' x ',
    'a\nb\n',
  ),
)
const number = fc
  .oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }))
  .filter((value) => !Object.is(value, -0) && (!Number.isInteger(value) || Number.isSafeInteger(value)))
const { json } = fc.letrec<{ json: Given }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 3 },
    fc.constant(null),
    fc.boolean(),
    number,
    text,
    fc.array(tie('json'), { maxLength: 3 }),
    fc.dictionary(fc.oneof(text, fc.constantFrom('file', 'folder', '$literal', 'kind')), tie('json'), {
      maxKeys: 3,
      noNullPrototype: true,
    }) as fc.Arbitrary<JsonObject>,
  ),
}))

const path = fc.stringMatching(/^[a-z$ ./:]{1,8}$/)
const where = fc.record(
  {
    at: id,
    sign: fc.oneof(
      fc.constantFrom('content' as const, 'stat' as const),
      fc.record({ pinned: text }, { noNullPrototype: true }),
    ),
  },
  { ...present, noNullPrototype: true },
)
const named = fc.oneof(
  fc.tuple(path, where).map(([at, more]) => file(at, more)),
  fc.tuple(path, where).map(([at, more]) => folder(at, more)),
)
const value: fc.Arbitrary<Given> = fc.oneof(json, named, fc.array(named, { maxLength: 2 }))

const reference: fc.Arbitrary<Source> = fc.oneof(
  name.map((input) => ({ kind: 'input' as const, input })),
  fc.record({ kind: fc.constant('output' as const), module: id, port: name }, { noNullPrototype: true }),
)
const given = value.map((one): Source => ({ kind: 'given', given: one }))
const source: fc.Arbitrary<Source> = fc.oneof(
  given,
  reference,
  fc.array(fc.oneof(given, reference), { maxLength: 3 }).map(listOf),
  fc
    .array(fc.array(reference, { minLength: 1, maxLength: 2 }).map(listOf), { minLength: 1, maxLength: 2 })
    .map(listOf),
)

const portType: fc.Arbitrary<PortType> = fc
  .tuple(fc.constantFrom(...plainTypes), fc.nat(2))
  .map(([plain, depth]) => {
    let type: PortType = plain
    for (let i = 0; i < depth; i++) type = [type]
    return type
  })
const input: fc.Arbitrary<PipelineInput> = fc.record(
  { type: portType, default: value, optional: fc.constant(true as const) },
  { requiredKeys: ['type'], noNullPrototype: true },
)

const word = fc.oneof(text, fc.array(text, { maxLength: 2 }))
const output = fc.oneof(
  text,
  fc.record({ file: text, optional: fc.boolean() }, { noNullPrototype: true }),
  fc.record({ json: text, schema: fc.constant({ type: 'object' }) }, { noNullPrototype: true }),
)
const outputs = fc.dictionary(name, output, { maxKeys: 2, noNullPrototype: true })
const environment = fc.dictionary(name, text, { maxKeys: 2, noNullPrototype: true })
const command: fc.Arbitrary<JsonObject> = fc.oneof(
  fc.record(
    { command: fc.array(word), outputs, environment, container: text, load: fc.array(text) },
    { requiredKeys: ['command'], noNullPrototype: true },
  ),
  fc.record(
    { script: text, outputs, arguments: fc.array(word), shell: fc.constantFrom('bash', 'sh') },
    { requiredKeys: ['script'], noNullPrototype: true },
  ),
)

const settings: fc.Arbitrary<Settings> = fc.record(
  {
    label: text,
    destination: text,
    tags: fc.array(text),
    resources: fc.record(
      {
        cores: fc.integer({ min: 1, max: 99 }),
        memory: fc.constant('24 GiB'),
        time: fc.constant('1h'),
        gpus: fc.nat(4),
        partition: text,
        flags: fc.array(text),
      },
      { ...present, noNullPrototype: true },
    ),
    retry: fc.array(
      fc.record(
        {
          on: fc.subarray([...reasons]),
          attempts: fc.integer({ min: 1, max: 9 }),
          delay: fc.constant('10m'),
          memory: fc.constant('x2' as const),
        },
        { requiredKeys: ['on', 'attempts'], noNullPrototype: true },
      ),
      { maxLength: 2 },
    ),
    log: fc.array(
      fc.record(
        { pattern: fc.constant('(\\d+)%'), then: fc.constantFrom('progress' as const, 'cancel' as const) },
        { noNullPrototype: true },
      ),
      { maxLength: 2 },
    ),
    logs: fc.record(
      {
        tail: fc.constant('64 KiB'),
        chunk: fc.constant('1.5 MB'),
        perSecond: fc.constant('7 B'),
        perJob: fc.constant('1 GiB'),
        interval: fc.constant('1m30s'),
      },
      { ...present, noNullPrototype: true },
    ),
  },
  { ...present, noNullPrototype: true },
)
const map = fc.record(
  {
    over: fc.uniqueArray(name, { minLength: 1, maxLength: 2 }),
    as: fc.constantFrom('zip' as const, 'cross' as const),
    onElementFailure: fc.oneof(
      fc.constantFrom('fail' as const, 'keep-going' as const),
      fc.record({ tolerate: fc.nat(9) }, { noNullPrototype: true }),
    ),
    replicate: fc.constant(true as const),
  },
  { requiredKeys: ['over', 'as', 'onElementFailure'], noNullPrototype: true },
)
const inputs = fc.dictionary(name, source, { maxKeys: 3, noNullPrototype: true })
const around = { inputs, settings, map, when: source, replicate: fc.nat(9) }
const required = {
  requiredKeys: ['inputs', 'settings'] satisfies (keyof typeof around)[],
  noNullPrototype: true,
} as const

const parameters = fc.dictionary(name, json, {
  maxKeys: 2,
  noNullPrototype: true,
}) as fc.Arbitrary<JsonObject>

type Body = Omit<Module, 'id'>
function body(group: fc.Arbitrary<Pipeline>): fc.Arbitrary<Body> {
  const version = fc.integer({ min: 1, max: 3 })
  return fc.oneof(
    fc
      .tuple(fc.record(around, required), command, version)
      .map(([rest, own, at]) => ({ ...rest, type: 'command', version: at, parameters: own })),
    fc
      .tuple(fc.record(around, required), parameters, version)
      .map(([rest, own, at]) => ({ ...rest, type: 'acme/align', version: at, parameters: own })),
    fc
      .tuple(fc.record(around, required), group)
      .map(([rest, inside]) => ({ ...rest, type: 'group', version: 1, parameters: {}, group: inside })),
  )
}

/** Any pipeline, with groups, maps, lists, conditions and settings. */
export const { pipeline: arbitraryPipeline } = fc.letrec<{ pipeline: Pipeline }>((tie) => ({
  pipeline: fc.record(
    {
      abeyance: fc.constant(1 as const),
      name: text,
      inputs: fc.dictionary(name, input, { maxKeys: 3, noNullPrototype: true }),
      modules: fc
        .dictionary(
          id,
          fc.oneof(
            { maxDepth: 2 },
            body(fc.constant({ abeyance: 1, name: 'x', inputs: {}, modules: [], outputs: {} })),
            body(tie('pipeline')),
          ),
          { maxKeys: 3 },
        )
        .map((all) => Object.entries(all).map(([key, one]) => ({ id: key, ...one }))),
      outputs: fc.dictionary(
        name,
        fc.record(
          { kind: fc.constant('output' as const), module: id, port: name },
          { noNullPrototype: true },
        ),
        { maxKeys: 2, noNullPrototype: true },
      ),
    },
    { noNullPrototype: true },
  ),
}))
