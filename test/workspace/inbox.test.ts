import assert from 'node:assert/strict'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, it } from 'mocha'
import { AbeyanceError } from '../../src/core/error.ts'
import { jobKey, runId } from '../../src/core/ids.ts'
import type { Json } from '../../src/core/json.ts'
import { silent } from '../../src/core/logger.ts'
import { intercept } from '../../src/core/system/effect.ts'
import { ask } from '../../src/workspace/ask.ts'
import type { InboxRequest } from '../../src/workspace/inbox-request.ts'
import { serveInbox } from '../../src/workspace/inbox.ts'
import { inTemporaryFolder } from '../records/temporary-folder.ts'

const cancel = (name: string): InboxRequest => ({ kind: 'cancel-job', job: jobKey(name) })
const open = async (folder: string) =>
  (await readdir(join(folder, 'inbox'))).filter((name) => name.endsWith('.json'))

describe('the inbox', () => {
  afterEach(() => intercept(undefined))

  it('carries each request to the driver and its answer back, and leaves nothing behind', () =>
    inTemporaryFolder(async (folder) => {
      const requests: readonly InboxRequest[] = [
        { kind: 'cancel-job', job: jobKey('a'), evenIfNeeded: true, by: 'me' },
        { kind: 'retry-job', job: jobKey('a'), abandon: true },
        { kind: 'cancel-job', job: jobKey('a'), abandon: true },
        { kind: 'discard-job', job: jobKey('a') },
        { kind: 'cancel-run', run: runId('r') },
      ]
      const served: InboxRequest[] = []
      const inbox = await serveInbox(folder, async (request) => {
        served.push(request)
        return { seen: request.kind }
      })
      for (const request of requests) assert.deepEqual(await ask(folder, request), { seen: request.kind })
      await inbox.close()
      await inbox.close()
      assert.deepEqual(served, requests)
      assert.deepEqual(await open(folder), [])
      assert.deepEqual(await readdir(join(folder, 'inbox', 'replies')), [])
    }))

  it('serves in the order of asking, one at a time, what lay there before the driver came', () =>
    inTemporaryFolder(async (folder) => {
      const names = Array.from({ length: 20 }, (_, index) => `job${index}`)
      const answers = []
      for (const name of names) {
        const before = (await open(folder).catch(() => [])).length
        answers.push(ask(folder, cancel(name)))
        while ((await open(folder).catch(() => [])).length === before) await new Promise(setImmediate)
      }
      const served: string[] = []
      let busy = 0
      const inbox = await serveInbox(folder, async (request) => {
        assert.equal(++busy, 1)
        await new Promise(setImmediate)
        busy--
        if ('job' in request) served.push(request.job)
        return null
      })
      await Promise.all(answers)
      await inbox.close()
      assert.deepEqual(served, names)
    }))

  it('gives a refusal to the asker as it was there', () =>
    inTemporaryFolder(async (folder) => {
      const inbox = await serveInbox(folder, async (request) => {
        if (request.kind === 'discard-job') throw new TypeError('a slip')
        throw new AbeyanceError('unknown-job', 'there is no such job; see `abeyance jobs`')
      })
      await assert.rejects(ask(folder, cancel('x')), { code: 'unknown-job', message: /abeyance jobs/ })
      await assert.rejects(ask(folder, { kind: 'discard-job', job: jobKey('x') }), { code: 'internal' })
      await inbox.close()
    }))

  it('moves what it cannot read aside, says so, and serves the rest', () =>
    inTemporaryFolder(async (folder) => {
      await mkdir(join(folder, 'inbox'), { recursive: true })
      const malformed = ['{', '[]', '{"format":1,"request":{"kind":"explode"}}', '{"format":2,"request":{}}']
      for (const [index, text] of malformed.entries())
        await writeFile(join(folder, 'inbox', `0${index}.json`), text)
      const warned: object[] = []
      const logger = { ...silent, warn: (details: object) => void warned.push(details) }
      const inbox = await serveInbox(folder, async () => 'fine', { logger })
      assert.equal(await ask(folder, cancel('x')), 'fine')
      await inbox.close()
      assert.equal((await readdir(join(folder, 'inbox', 'malformed'))).length, malformed.length)
      assert.equal(warned.length, malformed.length)
    }))

  it('does not serve again what was answered before a kill, and serves again what was not', () =>
    inTemporaryFolder(async (folder) => {
      const inboxFolder = join(folder, 'inbox')
      await mkdir(join(inboxFolder, 'replies'), { recursive: true })
      const text = (name: string) => JSON.stringify({ format: 1, request: cancel(name) })
      await writeFile(join(inboxFolder, '1.json'), text('answered'))
      await writeFile(join(inboxFolder, 'replies', '1.json'), '{"kind":"done","answer":null}')
      await writeFile(join(inboxFolder, '2.json'), text('not answered'))
      const served: Json[] = []
      const inbox = await serveInbox(folder, async (request) => {
        if ('job' in request) served.push(request.job)
        return null
      })
      await inbox.serve()
      await inbox.close()
      assert.deepEqual(served, ['not answered'])
      assert.deepEqual(await open(folder), [])
    }))

  it('keeps a request whose answer cannot be written, and answers it when there is space', () =>
    inTemporaryFolder(async (folder) => {
      const inboxFolder = join(folder, 'inbox')
      await mkdir(inboxFolder, { recursive: true })
      await writeFile(join(inboxFolder, '1.json'), JSON.stringify({ format: 1, request: cancel('x') }))
      intercept({
        before: ({ operation, on }) => {
          if (operation === 'write' && on.includes('replies'))
            throw Object.assign(new Error(), { code: 'ENOSPC' })
        },
      })
      const inbox = await serveInbox(folder, async () => null)
      await inbox.serve()
      assert.deepEqual(await open(folder), ['1.json'])
      intercept(undefined)
      await inbox.serve()
      await inbox.close()
      assert.deepEqual(await open(folder), [])
      assert.match(await readFile(join(inboxFolder, 'replies', '1.json'), 'utf8'), /done/)
    }))

  it('gives up at the deadline where nobody drives, and takes the request back', () =>
    inTemporaryFolder(async (folder) => {
      await assert.rejects(ask(folder, cancel('x'), { deadline: 0 }), {
        code: 'request-timeout',
        message: /cancel-job/,
      })
      assert.deepEqual(await open(folder), [])
    }))

  it('stops waiting when aborted', () =>
    inTemporaryFolder(async (folder) => {
      await assert.rejects(ask(folder, cancel('x'), { signal: AbortSignal.abort() }), { code: 'aborted' })
      assert.deepEqual(await open(folder), [])
    }))
})
