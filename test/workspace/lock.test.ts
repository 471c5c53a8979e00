import assert from 'node:assert/strict'
import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { createInterface } from 'node:readline'
import { describe, it } from 'mocha'
import type { AbeyanceError } from '../../src/core/error.ts'
import { identify } from '../../src/core/system/this-host.ts'
import { lockWorkspace, workspaceHolder } from '../../src/workspace/lock.ts'
import { inTemporaryFolder } from '../records/temporary-folder.ts'

const script = join(import.meta.dirname, 'locking-process.ts')

class Contender {
  readonly process: ChildProcessByStdio<Writable, Readable, null>
  readonly lines: AsyncIterator<string>

  constructor(folder: string) {
    this.process = spawn(process.execPath, ['--import', 'tsx', script, folder], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    this.lines = createInterface({ input: this.process.stdout })[Symbol.asyncIterator]()
  }

  async line(): Promise<string> {
    return String((await this.lines.next()).value)
  }

  async kill(): Promise<void> {
    this.process.kill('SIGKILL')
    if (this.process.exitCode === null && this.process.signalCode === null) await once(this.process, 'exit')
  }
}

describe('lockWorkspace', () => {
  it('is held by one, who is named to the other, and free after release', () =>
    inTemporaryFolder(async (folder) => {
      const lock = await lockWorkspace(folder)
      await assert.rejects(lockWorkspace(folder), (error: Error & { code?: string }) => {
        assert.equal(error.code, 'workspace-held')
        assert.match(
          error.message,
          new RegExp(`process ${process.pid} on .+ since 20.+end that process, or let it go on$`),
        )
        return true
      })
      assert.equal((await workspaceHolder(folder))?.pid, process.pid)
      await lock.release()
      await lock.release()
      assert.equal(await workspaceHolder(folder), undefined)
      const next = await lockWorkspace(folder)
      assert.ok(next.epoch > lock.epoch)
      assert.deepEqual([await lock.held(), await next.held()], [false, true])
      await next.release()
    }))

  it('is taken over from a process that was killed, by exactly one of those that try', () =>
    inTemporaryFolder(async (folder) => {
      const contenders = Array.from({ length: 4 }, () => new Contender(folder))
      try {
        for (const contender of contenders) assert.equal(await contender.line(), 'ready')
        const first = contenders.shift()
        first?.process.stdin.write('go\n')
        assert.equal(await first?.line(), 'held 1')
        await first?.kill()
        for (const contender of contenders) contender.process.stdin.write('go\n')
        const answers = await Promise.all(contenders.map((contender) => contender.line()))
        assert.deepEqual(answers.toSorted(), ['held 2', 'workspace-held', 'workspace-held'])
      } finally {
        for (const contender of contenders) await contender.kill()
      }
    }))

  it('is taken over by exactly one of many that find the same dead holder at once, thirty times', () =>
    inTemporaryFolder(async (folder) => {
      const dead = { ...(await identify()), started: 'long ago', since: 1, released: false }
      for (let round = 0; round < 30; round++) {
        const place = join(folder, String(round))
        await lockWorkspace(place).then((lock) => lock.release())
        await writeFile(join(place, 'lock', '1'), JSON.stringify(dead))
        const tries = await Promise.allSettled(Array.from({ length: 6 }, () => lockWorkspace(place)))
        assert.equal(tries.filter(({ status }) => status === 'fulfilled').length, 1)
        for (const each of tries)
          if (each.status === 'rejected') assert.equal(each.reason.code, 'workspace-held')
      }
    }))

  it('of another host is passed over only on demand', () =>
    inTemporaryFolder(async (folder) => {
      const lock = await lockWorkspace(folder)
      const there = { ...(await identify()), host: 'elsewhere', since: 1, released: false }
      await writeFile(join(folder, 'lock', String(lock.epoch)), JSON.stringify(there))
      await assert.rejects(lockWorkspace(folder), (error: AbeyanceError) => {
        assert.equal(error.code, 'workspace-held')
        assert.match(error.message, /on elsewhere .* cannot be seen from here.*--take-over/)
        const { host, boot: _, started: __, released: ___, ...told } = there
        assert.deepEqual(error.details, { host, ...told, seen: false })
        return true
      })
      const taken = await lockWorkspace(folder, { takeOver: true })
      assert.equal(taken.epoch, lock.epoch + 1)
      assert.equal(await lock.held(), false)
      await taken.release()
    }))

  for (const [what, more] of Object.entries({
    'a container of the same name': { space: 'pid:[1]' },
    'another machine of the same name': { machine: 'another' },
  }))
    it(`of ${what} is passed over only on demand, though no such process is seen`, () =>
      inTemporaryFolder(async (folder) => {
        const lock = await lockWorkspace(folder)
        const here = { machine: 'mine', space: 'pid:[2]', ...(await identify()) }
        const there = { ...here, ...more, started: 'elsewhere', since: 1, released: false }
        const known = await identify()
        const isTold = Object.keys(more).every((name) => name in known)
        await writeFile(join(folder, 'lock', String(lock.epoch)), JSON.stringify(there))
        if (isTold) await assert.rejects(lockWorkspace(folder), { code: 'workspace-held' })
        const taken = await lockWorkspace(folder, { takeOver: true })
        assert.equal(taken.epoch, lock.epoch + 1)
        await taken.release()
      }))

  it('of a container is taken over when the machine was started anew since: nothing of then lives', () =>
    inTemporaryFolder(async (folder) => {
      const lock = await lockWorkspace(folder)
      const before = { ...(await identify()), boot: 'earlier', space: 'pid:[1]', since: 1, released: false }
      await writeFile(join(folder, 'lock', String(lock.epoch)), JSON.stringify(before))
      const taken = await lockWorkspace(folder)
      assert.equal(taken.epoch, lock.epoch + 1)
      await taken.release()
    }))

  it('of a process that did not say its container, as older versions wrote, is looked at', () =>
    inTemporaryFolder(async (folder) => {
      const lock = await lockWorkspace(folder)
      const { host, boot, pid } = await identify()
      const dead = { host, boot, pid, started: 'long ago', since: 1, released: false }
      await writeFile(join(folder, 'lock', String(lock.epoch)), JSON.stringify(dead))
      const taken = await lockWorkspace(folder)
      assert.equal(taken.epoch, lock.epoch + 1)
      await taken.release()
    }))

  it('of a living process on this host is not passed over on demand', () =>
    inTemporaryFolder(async (folder) => {
      const lock = await lockWorkspace(folder)
      await assert.rejects(lockWorkspace(folder, { takeOver: true }), { code: 'workspace-held' })
      await lock.release()
    }))

  it('leaves a handful of files, however often it is taken, and those of the killed go', () =>
    inTemporaryFolder(async (folder) => {
      await lockWorkspace(folder).then((lock) => lock.release())
      await writeFile(join(folder, 'lock', '99999-x.draft'), '{')
      for (let round = 0; round < 5; round++) await lockWorkspace(folder).then((lock) => lock.release())
      assert.deepEqual((await readdir(join(folder, 'lock'))).toSorted(), ['5', '6'])
    }))
})
