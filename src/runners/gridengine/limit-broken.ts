import type { Reason } from '../../core/reason.ts'

/** Which of its own limits a job was at when it was killed: what it asked for stands in `category`. */
export function limitBroken(fields: ReadonlyMap<string, string>): Reason | undefined {
  const asked = limitsOf(fields.get('category') ?? '')
  const slots = Number(/^\d+$/.exec(fields.get('slots') ?? '')?.[0] ?? 1)
  const memory = bytes(asked.get('h_vmem')) * slots
  // It is measured now and then: the peak that broke the limit is often not in the record.
  if (bytes(fields.get('maxvmem')) >= 0.95 * memory) return 'out-of-memory'
  const ran = Number.parseFloat(fields.get('ru_wallclock') ?? '')
  if (ran >= seconds(asked.get('h_rt'))) return 'walltime'
  return undefined
}

/** `-l h_rt=3,h_vmem=500M -pe smp 2`. */
function limitsOf(category: string): ReadonlyMap<string, string> {
  const lists = [...category.matchAll(/-l (\S+)/g)].flatMap(([, list = '']) => list.split(','))
  return new Map(
    lists.flatMap((pair) => {
      const [, name, value] = /^([^=]+)=(.*)$/.exec(pair) ?? []
      return name === undefined || value === undefined ? [] : [[name, value]]
    }),
  )
}

/** Of `500M`, `9.555MB`; NaN of anything else, which is above no limit and under none. */
function bytes(text: string | undefined): number {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)([KMGT]?)B?$/i.exec(text ?? '') ?? []
  return amount === undefined ? NaN : Number(amount) * 1024 ** ' KMGT'.indexOf(unit.toUpperCase() || ' ')
}

/** Of `100` and `0:1:40`. */
function seconds(text: string | undefined): number {
  if (!/^(\d+:)?(\d+:)?\d+$/.test(text ?? '')) return NaN
  return (text ?? '').split(':').reduce((sum, part) => sum * 60 + Number(part), 0)
}
