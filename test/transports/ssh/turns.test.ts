import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { openTurns } from '../../../src/transports/ssh/turns.ts'

/** The places that were granted by now. */
function watching(places: number) {
  const turns = openTurns(places)
  const granted: string[] = []
  const take = (name: string) => {
    const turn = turns.take()
    void turn.granted.then(() => granted.push(name))
    return turn
  }
  return { take, granted }
}

const settle = () => new Promise((resolve) => setImmediate(resolve))

describe('turns', () => {
  it('grants as many as there are places, the others in order as they are given back', async () => {
    const { take, granted } = watching(2)
    const [a, b] = [take('a'), take('b'), take('c'), take('d')]
    await settle()
    assert.deepEqual(granted, ['a', 'b'])
    b.giveBack()
    await settle()
    assert.deepEqual(granted, ['a', 'b', 'c'])
    a.giveBack()
    await settle()
    assert.deepEqual(granted, ['a', 'b', 'c', 'd'])
  })

  it('gives a place to nobody who no longer waits', async () => {
    const { take, granted } = watching(1)
    const [a, b] = [take('a'), take('b'), take('c')]
    b.giveBack()
    a.giveBack()
    await settle()
    assert.deepEqual(granted, ['a', 'c'])
  })

  it('takes a place back once only', async () => {
    const { take, granted } = watching(1)
    const a = take('a')
    a.giveBack()
    a.giveBack()
    take('b')
    take('c')
    await settle()
    assert.deepEqual(granted, ['a', 'b'])
  })
})
