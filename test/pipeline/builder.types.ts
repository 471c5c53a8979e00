// Compiled, never run: each line below an expected error must not compile (rule P1).
import { z } from 'zod'
import type { OutputPort } from '../../src/pipeline/connection.ts'
import { pipeline } from '../../src/pipeline/pipeline-builder.ts'
import type { FileReference } from '../../src/pipeline/pipeline.ts'
import { file, folder, list } from '../../src/pipeline/ports.ts'
import type { ElementFailure, FileValue } from '../../src/pipeline/value.ts'
import { commandShape } from './kinds.ts'

type File = FileValue | FileReference
const digest = commandShape<
  { tool: File; genome: File; enzyme: string; pace?: number },
  { fragments: FileValue }
>({})
const gel = commandShape<{ tool: File; tables: readonly File[] }, { picture: FileValue }>({})
const count = commandShape<{ table: File }, { rows: number; big: boolean }>({})

export const right = pipeline(
  'lambda-digest',
  { genome: file, enzymes: list(z.string()), pace: z.number().optional() },
  ({ add, map }, { genome, enzymes, pace }) => {
    const digests = map('digest', digest, 'enzyme', { tool: file('digest.mjs'), genome, enzyme: enzymes })
    const one = add('one', digest, { tool: file('digest.mjs'), genome, enzyme: 'EcoRI', pace })
    const both = add('both', gel, { tool: file('gel.mjs'), tables: [one.fragments, file('old.tsv')] })
    const counted = add('count', count, { table: one.fragments }, { label: 'rows', resources: { cores: 2 } })
    const all = add('gel', gel, { tool: file('gel.mjs'), tables: digests.fragments }, { when: counted.big })
    return { both: both.picture, all: all.picture, rows: counted.rows }
  },
)

export const group = pipeline('study', { genomes: list(file) }, ({ add, map }, { genomes }) => {
  const each = map(
    'each',
    right,
    'genome',
    { genome: genomes, enzymes: ['EcoRI'] },
    { onElementFailure: 'keep-going' },
  )
  const marked: OutputPort<readonly (FileValue | ElementFailure)[]> = each.all
  void marked
  const crossed = map(
    'cross',
    digest,
    ['genome', 'enzyme'],
    { tool: file('t'), genome: genomes, enzyme: ['a', 'b'] },
    { as: 'cross' },
  )
  return add('gel', gel, { tool: file('gel.mjs'), tables: crossed.fragments })
})

pipeline(
  'wrong',
  { genome: file, tree: folder, names: list(z.string()) },
  ({ add, map }, { genome, tree, names }) => {
    const one = add('one', digest, { tool: file('t'), genome, enzyme: 'EcoRI' })
    const counted = add('count', count, { table: one.fragments })
    // @ts-expect-error a folder is no file
    add('a', digest, { tool: file('t'), genome: tree, enzyme: 'EcoRI' })
    // @ts-expect-error a number where a text is taken
    add('b', digest, { tool: file('t'), genome, enzyme: counted.rows })
    // @ts-expect-error a misspelt port
    add('c', digest, { tool: file('t'), genom: genome, enzyme: 'EcoRI' })
    // @ts-expect-error a missing input
    add('d', digest, { tool: file('t'), genome })
    // @ts-expect-error a module has no such output
    add('e', count, { table: one.fragment })
    // @ts-expect-error mapped over what is no port
    map('f', digest, 'enzymes', { tool: file('t'), genome, enzyme: names })
    // @ts-expect-error mapped over one port, the list given to another
    map('g', digest, 'genome', { tool: file('t'), genome, enzyme: names })
    // @ts-expect-error a mapped port is given one value
    map('h', digest, 'enzyme', { tool: file('t'), genome, enzyme: 'EcoRI' })
    const tables = map('j', digest, 'enzyme', { tool: file('t'), genome, enzyme: names })
    // @ts-expect-error a list where one file is taken
    add('i', count, { table: tables.fragments })
    // @ts-expect-error a forged connection
    add('k', count, { table: { module: 'one', port: 'fragments' } })
    // @ts-expect-error a forged file reference
    add('l', count, { table: { file: '/etc/passwd' } })
    // @ts-expect-error a condition is true or false
    add('m', count, { table: one.fragments }, { when: counted.rows })
    // @ts-expect-error there is no such setting
    add('n', count, { table: one.fragments }, { cores: 2 })
    // @ts-expect-error a folder reference where a file is taken
    add('o', count, { table: folder('t') })
    return one
  },
)

// @ts-expect-error what is returned must be outputs
pipeline('value', { genome: file }, () => ({ picture: 'gel.svg' }))
