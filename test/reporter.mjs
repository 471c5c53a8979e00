import { relative } from 'node:path'
import Mocha from 'mocha'

/**
 * A line per file with what it took, every failure in full at the end, and last the one line that CI reads. Each test by name
 * is two thousand lines more, which hide what failed: `--reporter=spec` shows them.
 */
export default class Closing extends Mocha.reporters.Base {
  constructor(runner, options) {
    super(runner, options)
    let file
    let seen
    const close = () => {
      if (file !== undefined) console.log(lineOf(file, seen))
    }
    const note = (test, outcome) => {
      if (test.file !== file) {
        close()
        file = test.file
        seen = { passed: 0, failed: 0, skipped: 0, milliseconds: 0 }
      }
      seen[outcome] += 1
      seen.milliseconds += test.duration ?? 0
    }
    runner.on('pass', (test) => note(test, 'passed'))
    runner.on('pending', (test) => note(test, 'skipped'))
    runner.on('fail', (test, error) => {
      note(test, 'failed')
      // At once too: a run that is ended from outside has then said what it had found.
      console.log(`FAILED: ${test.fullTitle()}: ${error.message}`)
    })
    runner.once('end', () => {
      close()
      this.epilogue()
      const { passes, failures, pending } = this.stats
      console.log(`${passes} passed, ${failures} failed, ${pending} skipped`)
    })
  }
}

function lineOf(file, { passed, failed, skipped, milliseconds }) {
  const counts = [
    `${passed} passed`,
    ...(failed ? [`${failed} failed`] : []),
    ...(skipped ? [`${skipped} skipped`] : []),
  ]
  return `${(milliseconds / 1000).toFixed(1).padStart(6)} s  ${relative('', file ?? 'before any test')}: ${counts.join(', ')}`
}
