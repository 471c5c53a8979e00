import assert from 'node:assert/strict'
import { mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { digestFile } from '../../../src/signatures/digest-file.ts'
import { digestFolder } from '../../../src/signatures/digest-folder.ts'
import type { FileValue, FolderValue } from '../../../src/pipeline/value.ts'
import { pulsar } from '../../../src/runners/pulsar.ts'
import type { StagingWay } from '../../../src/runners/pulsar/stage.ts'
import { readListing } from '../../../src/runners/pulsar/listing.ts'
import { ended, submission, submitted, trial } from '../../../src/testing/trial-job.ts'
import { freePort } from '../../testing/free-port.ts'
import { onPulsarSimulator, token } from '../../testing/on-pulsar-simulator.ts'

const patience = 30_000
const ways: readonly StagingWay[] = ['push', 'pull', 'copy', 'link', 'none']

describe('staging for Pulsar', () => {
  for (const staging of ways)
    it(`has files, folders with links, and texts there by ${staging}, and leaves their user's as they are`, async function () {
      this.timeout(60_000)
      const on = await onPulsarSimulator()
      const listen = `127.0.0.1:${await freePort()}`
      const endpoint = { url: `http://${listen}/`, listen }
      const options = { url: on.url, token, staging, ...(staging === 'pull' && { endpoint }) }
      const runner = pulsar(options).open(on.context)
      try {
        const at = (name: string) => join(on.shared, name)
        await mkdir(at('folder/deep/empty'), { recursive: true })
        await writeFile(at(`folder/deep/it's`), 'one')
        await symlink(`deep/it's`, at('folder/link'))
        await writeFile(at('kept'), 'kept'.repeat(100_000))
        await writeFile(at('named'), 'named')
        const kept = await on.context.objects.keep(at('kept'), 'copy')
        const found = await digestFile(at('named'))
        const file = (name: string, more: Pick<FileValue, 'size' | 'digest' | 'at'>): FileValue => ({
          kind: 'file',
          name,
          ...more,
        })
        const whole = await digestFolder(at('folder'), async (path) => (await digestFile(path)).digest)
        const folder: FolderValue = {
          kind: 'folder',
          name: 'folder',
          ...whole,
          at: { kind: 'path', path: at('folder') },
        }
        const script = `cd "$in" && cat kept named text folder/link && ls folder/deep && rm -f named && echo more > new`
        const spec = trial(script, {
          staged: [
            { path: 'in/kept', value: file('kept', { ...kept, at: { kind: 'workspace' } }) },
            { path: 'in/named', value: file('named', { ...found, at: { kind: 'path', path: at('named') } }) },
            { path: 'in/folder', value: folder },
            { path: 'in/text', text: `it's $TEXT\n` },
          ],
          variables: { in: [{ staged: 'in' }] },
          outputs: { said: { kind: 'stream', stream: 'stdout', as: 'file' } },
        })
        const tag = await submitted(runner, spec)
        const { exit, incarnation } = await ended(runner, tag, patience)
        assert.deepEqual(exit, { kind: 'code', code: 0 })
        const answer = await runner.fetch({ tag, incarnation, spec, outputs: true }, {})
        assert.equal(answer.kind, 'fetched')
        const said = await readFile(join(on.context.logFolder, `${tag}.${incarnation}.stdout`), 'utf8')
        assert.equal(said, `${'kept'.repeat(100_000)}namedit's $TEXT\noneempty\nit's\n`)
        assert.equal(await readFile(at('named'), 'utf8'), 'named')
        assert.ok((await stat(on.context.objects.path(kept.digest))).size === 400_000)
      } finally {
        await runner.close()
        await on.close()
      }
    })

  it('refuses what is not what was signed, and sends nothing to be run', async () => {
    const on = await onPulsarSimulator()
    try {
      const path = join(on.shared, 'named')
      await writeFile(path, 'right')
      const found = await digestFile(path)
      await writeFile(path, 'wrong')
      const value: FileValue = { kind: 'file', name: 'named', ...found, at: { kind: 'path', path } }
      const job = submission(trial(':', { staged: [{ path: 'named', value }] }))
      const answer = (await on.runner.submit([job], {})).get(job.tag)
      assert.equal(answer?.kind === 'refused' && answer.reason, 'staging-in')
      assert.equal(
        on.simulator.requests.some((request) => request.endsWith('/submit')),
        false,
      )
    } finally {
      await on.close()
    }
  })

  it('keeps head and tail of a long stream, and says the gap', async function () {
    this.timeout(60_000)
    const on = await onPulsarSimulator()
    try {
      const spec = trial(`i=0; while [ $i -lt 300000 ]; do printf '%09d\\n' $i; i=$((i+1)); done`)
      const tag = await submitted(on.runner, spec)
      const { incarnation } = await ended(on.runner, tag, patience)
      await on.runner.fetch({ tag, incarnation, spec, outputs: false }, {})
      const kept = join(on.context.logFolder, `${tag}.${incarnation}.stdout`)
      const half = 2 ** 19
      assert.deepEqual(JSON.parse(await readFile(`${kept}.json`, 'utf8')), {
        size: 3_000_000,
        head: half,
        tail: half,
      })
      const text = await readFile(kept, 'latin1')
      assert.equal(text.length, 2 * half)
      assert.ok(text.startsWith('000000000\n') && text.endsWith('000299999\n'))
    } finally {
      await on.close()
    }
  })
})

describe('a listing of outputs', () => {
  it('is read with names of any kind, and not at all where it is not whole', () => {
    const digest = '0'.repeat(64)
    const text = `file 3 ${digest} ./a b\nc\0link 0 - ./d\0folder 0 - .\0folder 0 - ./e\0`
    assert.deepEqual(readListing(Buffer.from(text)), [
      { path: 'a b\nc', kind: 'file', size: 3, digest },
      { path: 'd', kind: 'link', size: 0 },
      { path: 'e', kind: 'folder', size: 0 },
    ])
    assert.equal(readListing(Buffer.from(text.slice(0, -1))), undefined)
    assert.equal(readListing(Buffer.from('file x - a\0')), undefined)
    assert.equal(readListing(Buffer.from('folder 0 - ./o\0file 1 - ./o/../../x\0')), undefined)
  })
})
