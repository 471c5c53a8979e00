import { AbeyanceError } from '../core/error.ts'
import { didYouMean } from '../pipeline/nearest.ts'
import { runEntry } from '../records/kept-run.ts'
import type { RunRecord } from '../records/run-record.ts'
import type { Interior } from './interior.ts'

/** Refuses what is no notifier: nobody would be told, and nobody would know. */
export function refuseUnknown({ recipients }: Pick<Interior, 'recipients'>, names: readonly string[]): void {
  const known = [...recipients]
  for (const name of names)
    if (!recipients.has(name))
      throw new AbeyanceError(
        'invalid-value',
        `there is no notifier \`${name}\`${didYouMean(name, known)}; ${
          known.length === 0 ? 'name one under `notifiers` in abeyance.yaml' : `there are ${known.join(', ')}`
        }`,
      )
}

/** Has more people told of a run's end than it was begun with; undefined where all of them are told already. */
export async function alsoTell(
  interior: Pick<Interior, 'recipients' | 'store'>,
  run: RunRecord,
  names: readonly string[],
): Promise<RunRecord | undefined> {
  refuseUnknown(interior, names)
  const told = run.notify ?? []
  const more = names.filter((name) => !told.includes(name))
  if (more.length === 0) return undefined
  if (run.state !== 'open')
    throw new AbeyanceError('invalid-state', `run ${run.id} is ${run.state}: of its end nobody else is told`)
  const record: RunRecord = { ...run, notify: [...told, ...more] }
  await interior.store.put([runEntry(record)])
  return record
}
