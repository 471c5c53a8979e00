import assert from 'node:assert/strict'
import { userInfo } from 'node:os'
import { describe, it } from 'mocha'
import { userOf } from '../../src/cli/user-of.ts'

describe('userOf', () => {
  it('knows the user without any variable, as under cron, and whatever a variable says', () => {
    for (const said of [undefined, '', 'somebody else'])
      assert.equal(userOf({ environment: () => said }), userInfo().username)
  })
})
