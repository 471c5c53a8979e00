import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach } from 'mocha'
import type { Client } from 'ssh2'
import { silent } from '../../../src/core/logger.ts'
import { openConnection, type SharedConnection } from '../../../src/transports/ssh/connection.ts'
import type { SshSettings } from '../../../src/transports/ssh/ssh-settings.ts'
import type { SshSurroundings } from '../../../src/transports/ssh/surroundings.ts'
import { virtualClock, type VirtualClock } from '../../../src/testing/virtual-clock.ts'
import { makeKey, startLoginHost, type LoginHost, type LoginRules } from './login-host.ts'

export interface Stage {
  readonly clock: VirtualClock
  /** A host that takes one key, and settings that have it. */
  start(rules?: LoginRules): Promise<LoginHost>
  open(settings: SshSettings, more?: Partial<SshSurroundings>): SharedConnection
  /** Done after the test, the last first. */
  finally(close: () => Promise<void>): void
}

const mine = makeKey('mine')

/** Hosts and connections for the tests of a suite: closed after each, which must leave no timer. */
export function setStage(): Stage {
  let clock = virtualClock()
  const closers: (() => Promise<void>)[] = []
  beforeEach(() => {
    clock = virtualClock()
  })
  afterEach(async () => {
    for (const close of closers.splice(0).toReversed()) await close()
    assert.equal(clock.timers, 0, 'timers are left')
  })
  return {
    get clock() {
      return clock
    },
    async start(rules = {}) {
      const host = await startLoginHost({ keys: [mine.public], ...rules })
      closers.push(() => host.close())
      const identity = join(host.folder, 'mine')
      await writeFile(identity, mine.private, { mode: 0o600 })
      return Object.assign(host, { settings: { ...host.settings, identityFiles: [identity] } })
    },
    open(settings, more = {}) {
      const connection = openConnection(settings, { clock, logger: silent, ...more })
      closers.push(() => connection.release())
      return connection
    },
    finally: (close) => void closers.push(close),
  }
}

export function closing(client: Client): Promise<void> {
  return new Promise((resolve) => client.on('close', () => resolve()))
}
