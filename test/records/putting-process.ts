import { lowdbStore } from '../../src/records/lowdb.ts'

// Puts numbers, several at a time, and prints each one that is acknowledged. Snapshots are written all the time.
const [folder = '', from = '0'] = process.argv.slice(2)
const store = await lowdbStore(folder, { snapshotAfter: 2000 })
process.stdout.write('open\n')
const putFrom = async (first: number, step: number) => {
  for (let n = first; n < first + 1_000_000; n += step) {
    await store.put([
      { kind: 'job', key: `${n}`, value: { n } },
      { kind: 'change', key: `${n}`, value: { n } },
    ])
    process.stdout.write(`${n}\n`)
  }
}
await Promise.all([0, 1, 2].map((index) => putFrom(Number(from) + index, 3)))
