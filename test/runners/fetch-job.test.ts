import assert from 'node:assert/strict'
import { readFile, stat } from 'node:fs/promises'
import { after, before, describe, it } from 'mocha'
import { tag, type Tag } from '../../src/core/ids.ts'
import type { JobSpec, Output } from '../../src/runners/job-spec.ts'
import { readKeptStream } from '../../src/runners/keep-stream.ts'
import { readFolderManifest } from '../../src/staging/folder-manifest.ts'
import { isFile, isFolder, type FileValue, type Value } from '../../src/pipeline/value.ts'
import { command, openJobHost, script, type JobHost } from './job-host.ts'

describe('fetching', () => {
  let host: JobHost
  before(async () => {
    host = await openJobHost({ logCap: 1000 })
  })
  after(() => host.close())

  const fetchFrom = async (spec: JobSpec, outputs = true) => {
    const job = await host.submit(spec)
    await host.until(job, 'ended')
    return { job, answer: await fetchAgain(job, spec, outputs) }
  }
  const fetchAgain = (job: Tag, spec: JobSpec, outputs = true) =>
    host.runner.fetch({ tag: job, incarnation: 1, spec, outputs }, {})
  const fetched = async (text: string, outputs: Readonly<Record<string, Output>>) => {
    const { answer } = await fetchFrom(script(text, { outputs }))
    assert.ok(answer.kind === 'fetched', JSON.stringify(answer))
    return answer.outputs
  }
  const textOf = (value: Value | undefined) => {
    assert.ok(isFile(value))
    return readFile(host.context.objects.path(value.digest), 'utf8')
  }
  const file = (path: string, optional = false): Output => ({ kind: 'file', path, optional })

  it('brings a file home, safe to repeat', async () => {
    const spec = script('printf "%s" hello >"out put.txt"', { outputs: { out: file('./out put.txt') } })
    const { job, answer } = await fetchFrom(spec)
    assert.ok(answer.kind === 'fetched')
    const out = answer.outputs['out']
    assert.ok(isFile(out))
    assert.equal(out.name, 'out put.txt')
    assert.equal(out.size, 5)
    assert.equal(await textOf(out), 'hello')
    assert.deepEqual(await fetchAgain(job, spec), answer)
  })

  it('brings what a pattern matches, in the order of names', async () => {
    const { plots } = await fetched('mkdir p; echo 2 >p/b.png; echo 1 >p/a.png; echo 3 >p/c.txt', {
      plots: { kind: 'files', pattern: 'p/*.png' },
    })
    assert.ok(Array.isArray(plots))
    const names = plots.map((value: Value) => (isFile(value) ? value.name : 'none'))
    assert.deepEqual(names, ['a.png', 'b.png'])
  })

  it('brings what the job printed, as a file or as a text', async () => {
    const { out, err } = await fetched('echo 1; echo 2; echo 3 >&2', {
      out: { kind: 'stream', stream: 'stdout', as: 'text' },
      err: { kind: 'stream', stream: 'stderr', as: 'file' },
    })
    assert.equal(out, '1\n2\n')
    assert.equal(await textOf(err), '3\n')
    assert.ok(isFile(err))
    assert.equal(err.name, 'stderr')
  })

  it('gives null for an optional file that is not there, and the file where it is', async () => {
    const outputs = await fetched('echo 1 >there', {
      there: file('there', true),
      absent: file('absent', true),
    })
    assert.equal(outputs['absent'], null)
    assert.equal(await textOf(outputs['there']), '1\n')
  })

  it('follows a link to its bytes and leaves what it leads to alone', async () => {
    const { out } = await fetched('echo 1 >data; ln -s data latest', { out: file('latest') })
    assert.equal(await textOf(out), '1\n')
  })

  it('brings a folder home, empty folders too, so that it can be staged again', async () => {
    const { site } = await fetched('mkdir -p site/sub site/empty; echo 1 >site/a; echo 2 >site/sub/b', {
      site: { kind: 'folder', path: 'site/' },
    })
    assert.ok(isFolder(site))
    assert.equal(site.name, 'site')
    assert.equal(site.files, 2)
    const entries = await readFolderManifest(host.context.objects, site.digest)
    assert.deepEqual(
      entries.map(([path, kind]) => `${kind} ${path}`),
      ['file a', 'folder empty', 'folder sub', 'file sub/b'],
    )
    const again = await host.submit(
      script('cd "$site"; find . | sort; cat a sub/b', {
        staged: [{ path: 'site/site', value: site }],
        variables: { site: [{ staged: 'site/site' }] },
      }),
    )
    await host.until(again, 'ended')
    assert.equal(await host.read(again, 'run.1/stdout'), '.\n./a\n./empty\n./sub\n./sub/b\n1\n2\n')
  })

  it('reads text and JSON into values', async () => {
    const outputs = await fetched('printf "größe\\n" >t; printf "{\\"n\\": [1, null]}" >j', {
      text: { kind: 'text', path: 't' },
      json: { kind: 'json', path: 'j' },
    })
    assert.deepEqual(outputs, { text: 'größe\n', json: { n: [1, null] } })
  })

  it('names all outputs that are missing, at once', async () => {
    const { answer } = await fetchFrom(
      script('mkdir d; touch f', {
        outputs: {
          a: file('nothing'),
          b: file('d'),
          c: { kind: 'files', pattern: '*.png' },
          d: { kind: 'folder', path: 'f' },
          e: { kind: 'text', path: 'no.txt' },
          f: file('f'),
          g: { kind: 'folder', path: 'no' },
        },
      }),
    )
    assert.ok(answer.kind === 'missing')
    assert.deepEqual(answer.outputs, ['a', 'b', 'c', 'd', 'e', 'g'])
    assert.match(answer.message, /output a: there is no nothing; output b: d is a folder/)
  })

  it('refuses text over 1 MiB, text that is none and JSON that is none', async () => {
    const cases = [
      ['head -c 1048577 /dev/zero | tr "\\0" x >o', { kind: 'text', path: 'o' }, 'output-too-large'],
      ['printf "\\377" >o', { kind: 'text', path: 'o' }, 'staging-out'],
      ['echo "{" >o', { kind: 'json', path: 'o' }, 'staging-out'],
    ] as const
    for (const [text, output, reason] of cases) {
      const { answer } = await fetchFrom(script(text, { outputs: { report: output } }))
      assert.ok(answer.kind === 'refused' && answer.reason === reason, JSON.stringify(answer))
      assert.match(answer.message, /report/)
    }
  })

  it('keeps both streams of a job that failed, and looks for no outputs', async () => {
    const { job, answer } = await fetchFrom(
      script('echo o; echo e >&2; exit 3', { outputs: { out: file('absent') } }),
      false,
    )
    assert.deepEqual(answer, { kind: 'fetched', outputs: {} })
    assert.equal(await readFile(`${host.folder}/logs/${job}.1.stdout`, 'utf8'), 'o\n')
    assert.equal(await readFile(`${host.folder}/logs/${job}.1.stderr`, 'utf8'), 'e\n')
    const path = `${host.folder}/logs/${job}.1.stdout`
    assert.deepEqual(await readKeptStream(path), { size: 2, head: 2, tail: 0 })
  })

  it('keeps head and tail of 100 MB, with the gap said, in little memory', async () => {
    const spec = script('printf start; head -c 100000000 /dev/zero; printf end')
    const job = await host.submit(spec)
    await host.until(job, 'ended')
    const before = process.memoryUsage().arrayBuffers
    const reads: number[] = []
    const transport: typeof host.context.transport = {
      ...host.context.transport,
      async read(path, range, options) {
        const bytes = await host.context.transport.read(path, range, options)
        reads.push(bytes.length)
        return bytes
      },
    }
    const { local } = await import('../../src/runners/local.ts')
    const runner = local().open({ ...host.context, transport })
    await runner.fetch({ tag: job, incarnation: 1, spec, outputs: true }, {})
    await runner.close()
    assert.deepEqual(reads, [500, 500])
    assert.ok(process.memoryUsage().arrayBuffers - before < 20_000_000)
    const path = `${host.folder}/logs/${job}.1.stdout`
    assert.deepEqual(await readKeptStream(path), { size: 100_000_008, head: 500, tail: 500 })
    const kept = await readFile(path, 'latin1')
    assert.equal(kept, `start${'\0'.repeat(495 + 497)}end`)
    assert.equal((await stat(path)).size, 1000)
  })

  it('keeps nothing of a job that never ran, and minds it not', async () => {
    const job = tag('jnever')
    assert.deepEqual(
      await host.runner.fetch({ tag: job, incarnation: 0, spec: command(['true']), outputs: false }, {}),
      { kind: 'fetched', outputs: {} },
    )
    assert.equal(await readKeptStream(`${host.folder}/logs/${job}.0.stdout`), undefined)
  })

  it('gives files whose digest is that of their content', async () => {
    const { answer } = await fetchFrom(command(['touch', 'empty'], { outputs: { o: file('empty') } }))
    assert.ok(answer.kind === 'fetched')
    const empty = answer.outputs['o']
    const value: FileValue | undefined = isFile(empty) ? empty : undefined
    assert.equal(value?.digest, 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  })
})
