import assert from 'node:assert/strict'
import { after, before, describe, it } from 'mocha'
import { buildSubject, type Subject } from './build-subject.ts'
import { families, killAtPoints } from './kill-points.ts'
import { drawn, runLambda } from './lambda-kills.ts'

export interface Extent {
  readonly name: string
  /** Every point, or of each family the part it says. */
  readonly points: 'all' | 'part'
  /** How often the demo is killed at a moment drawn by lot. */
  readonly seeds: number
}

/** The tests that kill, whole or in part. */
export function killTests({ name, points, seeds }: Extent): void {
  describe(name, () => {
    let subject: Subject
    before(async function () {
      this.timeout(120_000)
      subject = await buildSubject()
    })
    after(() => subject.remove())

    for (const family of families)
      it(`loses nothing and runs nothing twice, killed at ${family.name}`, async () => {
        const most = points === 'all' ? Infinity : family.part
        const { enumerated, killed, missed, faults } = await killAtPoints(subject, family, most)
        console.log(
          `      killed at ${killed.length} of ${enumerated} ${family.name}; ${missed.length} were not come to`,
        )
        assert.deepEqual(faults, [])
        assert.ok(killed.length > 0, 'nothing was killed')
        // Points are counted in the longest of three runs; what comes last in it a shorter run does not come to.
        assert.ok(missed.length <= 0.15 * killed.length + 2, `${missed.length} points were missed`)
      }).timeout(points === 'all' ? 7_200_000 : 300_000)

    it(`draws the same gel with each job executed once, killed at ${seeds} moments by lot`, async () => {
      const whole = await runLambda(subject, [])
      assert.deepEqual(
        whole.claims,
        Array.from({ length: 9 }, () => 1),
      )
      let kills = 0
      for (let seed = 1; seed <= seeds; seed++) {
        const draw = drawn(seed)
        const end = await runLambda(subject, [100 + draw() * 1500, 100 + draw() * 1000])
        kills += end.kills
        assert.deepEqual(end.claims, whole.claims, `seed ${seed}`)
        assert.equal(end.gel, whole.gel, `seed ${seed}`)
        assert.equal(end.table, whole.table, `seed ${seed}`)
      }
      console.log(`      killed the demo ${kills} times`)
      assert.ok(kills > 0, 'nothing was killed')
    }).timeout(600_000)
  })
}
