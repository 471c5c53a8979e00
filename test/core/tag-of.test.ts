import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { jobKey, workspaceId } from '../../src/core/ids.ts'
import { tagOf } from '../../src/core/tag-of.ts'

describe('the tag of an attempt', () => {
  it('is the same whoever computes it, fits a job name of the oldest PBS, and begins with a letter', () => {
    const tag = tagOf(workspaceId('w'), jobKey('k'), 1)
    assert.equal(tag, tagOf(workspaceId('w'), jobKey('k'), 1))
    assert.match(tag, /^j[a-z2-7]{12}$/)
  })

  it('differs with workspace, key and attempt, wherever one ends and the next begins', () => {
    const tags = [
      tagOf(workspaceId('w'), jobKey('k'), 1),
      tagOf(workspaceId('v'), jobKey('k'), 1),
      tagOf(workspaceId('w'), jobKey('l'), 1),
      tagOf(workspaceId('w'), jobKey('k'), 2),
      tagOf(workspaceId('wk'), jobKey(''), 1),
      tagOf(workspaceId(''), jobKey('wk'), 1),
    ]
    assert.equal(new Set(tags).size, tags.length)
  })
})
