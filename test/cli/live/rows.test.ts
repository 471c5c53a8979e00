import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { chooseRows } from '../../../src/cli/live/choose-rows.ts'
import { cut, fit, oneLine, widthOf } from '../../../src/cli/live/fit.ts'
import { jobHeadings, jobLine, layOut, type JobCells } from '../../../src/cli/live/job-columns.ts'

const cells: JobCells = {
  state: 'running',
  name: 'digest[0] EcoRI',
  queued: '12 s',
  ran: '4 min',
  destination: 'hpc',
  looked: '3 s ago',
  attempt: '2',
  said: '━━━━────── 40 %  12.0 MiB of 64.0 MiB of inputs sent',
}

describe('fit', () => {
  it('cuts and fills by what a terminal shows, not by letters', () => {
    assert.equal(fit('abc', 5), 'abc  ')
    assert.equal(fit('abcdef', 4), 'abc…')
    assert.equal(fit('日本語', 5), '日本…')
    assert.equal(fit('日本語', 4), '日… ')
    assert.equal(widthOf(fit('👩‍👩‍👧 family', 4)), 4)
    assert.equal(cut('日本語', 6), '日本語')
    assert.equal(fit('abc', 0), '')
  })

  it('makes one line of what a job wrote, without what a terminal obeys', () => {
    assert.equal(oneLine(' a\n\tb\u001b[2J\u001b]0;t\u0007 '), 'a b')
  })
})

describe('layOut', () => {
  it('gives each column its room, and keeps every line within the terminal', () => {
    for (let columns = 20; columns <= 200; columns++) {
      const line = jobLine(cells, layOut([cells], columns))
      assert.ok(widthOf(line) <= columns, `${columns}: ${line}`)
      assert.match(line, /^running/)
    }
  })

  it('does without what matters least first', () => {
    const kept = (columns: number) => [...layOut([cells], columns).keys()]
    assert.deepEqual(kept(200), [
      'state',
      'name',
      'queued',
      'ran',
      'destination',
      'looked',
      'attempt',
      'said',
    ])
    assert.deepEqual(kept(48), ['state', 'name', 'ran', 'said'])
    assert.deepEqual(kept(20), ['state', 'name'])
  })

  it('leaves out a column that no row has anything in', () => {
    const layout = layOut([{ ...cells, attempt: '', said: '' }], 200)
    assert.equal(jobLine(jobHeadings, layout), 'STATE    NAME             QUEUED  RAN    AT   LOOKED')
  })
})

describe('chooseRows', () => {
  const kinds = (counts: Readonly<Record<string, number>>) =>
    new Map(Object.entries(counts).map(([kind, count]) => [kind, Array.from({ length: count }, () => kind)]))
  const shown = (counts: Readonly<Record<string, number>>, room: number) => {
    const chosen = chooseRows(kinds(counts), room)
    const of = (kind: string) => chosen.shown.filter((one) => one === kind).length
    return {
      ...Object.fromEntries(Object.keys(counts).map((kind) => [kind, of(kind)])),
      left: Object.fromEntries(chosen.left),
    }
  }

  it('shows all that there is room for, what matters first', () => {
    assert.deepEqual(shown({ failed: 1, running: 2 }, 10), { failed: 1, running: 2, left: {} })
  })

  it('lets no kind hide those after it', () => {
    assert.deepEqual(shown({ failed: 500, running: 3, queued: 9000 }, 20), {
      failed: 13,
      running: 3,
      queued: 4,
      left: { failed: 487, queued: 8996 },
    })
  })

  it('gives what nobody else needs away in the same order', () => {
    assert.deepEqual(shown({ failed: 500, running: 1 }, 20), {
      failed: 19,
      running: 1,
      left: { failed: 481 },
    })
    assert.deepEqual(shown({ failed: 5 }, 0), { failed: 0, left: { failed: 5 } })
  })
})
