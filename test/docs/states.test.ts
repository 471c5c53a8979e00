import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { legalMoves } from '../../src/monitor/job-machine.ts'
import { blocksOf } from './blocks.ts'
import { drawStates, listMoves } from './draw-states.ts'
import { pages } from './pages.ts'

const page = pages().get('docs/states.md') ?? ''

describe('docs/states.md', () => {
  it('draws the table of legal moves', () => {
    const [drawn] = blocksOf(page).filter(({ language }) => language === 'mermaid')
    assert.equal(drawn?.text, drawStates())
  })

  it('lists every move with its condition', () => {
    assert.ok(page.includes(listMoves()), `the page should have this table:\n${listMoves()}`)
  })

  it('says of every state what it means', () => {
    for (const state of new Set(legalMoves.flatMap(({ from, to }) => [from, to])))
      assert.ok(page.includes(`| \`${state}\` | `), state)
  })
})
