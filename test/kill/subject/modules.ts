import { appendFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { AnyModuleType, Values } from '../../../src/modules/module-type.ts'
import type { PortTable } from '../../../src/pipeline/module-kind.ts'
import { isFile, type FileValue } from '../../../src/pipeline/value.ts'
import { places } from './orders.ts'

/** Two modules with code, one above the jobs and one below; each notes every time that it is computed. */
export function notingModules(folder: string): readonly AnyModuleType[] {
  const note = (name: string) => appendFile(join(folder, places.computed), `${name}\n`)
  const seed = computing('test/seed', { inputs: {}, outputs: { text: 'file' } }, async (_, { keep }) => {
    await note('seed')
    const path = join(folder, 'seed.txt')
    await writeFile(path, 'seed\n')
    return { text: await keep(path) }
  })
  const ports: PortTable = {
    inputs: { one: { type: 'file' }, all: { type: ['file'] } },
    outputs: { lines: 'integer' },
  }
  const join_ = computing('test/join', ports, async ({ one, all }, { files }) => {
    await note('join')
    const texts = await Promise.all(
      [one, all]
        .flat()
        .filter(isFileValue)
        .map((file) => files.text(file)),
    )
    return { lines: texts.join('').split('\n').length - 1 }
  })
  return [seed, join_]
}

type Compute = Extract<AnyModuleType['act'], { kind: 'compute' }>['compute']

function computing(type: string, ports: PortTable, compute: Compute): AnyModuleType {
  const same = (values: Values) => Promise.resolve(values)
  return {
    type,
    version: 1,
    kind: { type, version: 1, ports: () => ports },
    act: { kind: 'compute', compute },
    checkInputs: same,
    checkOutputs: same,
  }
}

function isFileValue(value: Values[string] | undefined): value is FileValue {
  return value !== undefined && isFile(value)
}
