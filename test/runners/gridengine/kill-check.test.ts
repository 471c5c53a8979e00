import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { gridengine } from '../../../src/runners/gridengine.ts'
import { openPrograms, type FakePrograms } from '../fake-programs.ts'

describe('what a kill of Grid Engine ends', () => {
  let host: FakePrograms
  beforeEach(() => (host = openPrograms()))
  afterEach(() => host.close())

  const check = gridengine().checks?.at(-1) ?? assert.fail('no checks')
  const table: readonly (readonly [string, RegExp])[] = [
    ['execd_params                 none', /ENABLE_ADDGRP_KILL=true in execd_params/],
    ['execd_params                 PTF_MIN_PRIORITY=20', /ENABLE_ADDGRP_KILL/],
    ['execd_params                 ENABLE_ADDGRP_KILL=true', /^all processes/],
    ['execd_params                 PTF_MIN_PRIORITY=20, \\\n        enable_addgrp_kill=1', /^all processes/],
  ]
  for (const [setting, said] of table)
    it(`is told where there is: ${setting.replaceAll(/\s+/g, ' ')}`, () => {
      host.make('qconf', `cat <<'END'\nloglevel log_warning\n${setting}\nreporting_params none\nEND`)
      const { out, err } = host.run(check.script)
      assert.match(out, said)
      assert.equal(out.trimEnd().split('\n').length, 1)
      assert.equal(err, '')
    })

  it('is not known, and keeps no job back, where nobody may ask', () => {
    host.make('qconf', 'echo denied >&2; exit 1')
    assert.match(host.run(check.script).out, /^not known/)
  })
})
