import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { afterEach, beforeEach, describe, it } from 'mocha'
import assert from 'node:assert/strict'
import { transportSuite } from '../../src/testing/transport-suite.ts'
import { ssh } from '../../src/transports/ssh.ts'
import { stale } from './sftp-service.ts'
import { sshBench, type SshBench } from './ssh-bench.ts'

const soon = { deadline: 60_000 }
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString()

describe('the ssh transport', () => {
  transportSuite(
    { test: it },
    async () => {
      const bench = await sshBench({ noise: 'Welcome!', banner: 'No entry.\n' })
      return { ...bench, cut: () => Promise.resolve(bench.host.cut()) }
    },
    { connection: true },
  )

  it('refuses a shell that some login shell might take for more than a path', () => {
    assert.throws(() => ssh({ host: 'there', shell: '/bin/sh; reboot' }), { code: 'invalid-configuration' })
    assert.throws(() => ssh({ host: 'there', shell: 'bash' }), { code: 'invalid-configuration' })
  })
})

describe('shells over ssh', () => {
  let bench: SshBench
  beforeEach(async () => {
    bench = await sshBench({ noise: "It's `noisy` here" })
  })
  afterEach(() => bench.close())

  it('run many requests over one connection and few channels', async () => {
    const { transport, host } = bench
    await Promise.all(Array.from({ length: 30 }, () => transport.run('echo', soon)))
    await transport.list('/', soon)
    assert.equal(host.counts.connections, 1)
    assert.ok(host.counts.sessions <= 5, `${host.counts.sessions} sessions`)
  })

  it('answer a short request while long ones are under way', async () => {
    const { transport, there } = bench
    const wait = `until [ -e ${there}/go ]; do sleep 0.02; done`
    const long = [1, 2, 3].map(() => transport.run(wait, soon))
    assert.equal(text((await transport.run('echo short', soon)).stdout), 'short\n')
    await transport.write(`${there}/go`, new Uint8Array(), soon)
    await Promise.all(long)
  })

  it('give each request a process of its own, and the shell it is told', async () => {
    const { transport } = bench
    const pid = async () => text((await transport.run('echo "$$ $ABEYANCE_SHELL $#"', soon)).stdout)
    const [one, other] = [await pid(), await pid()]
    assert.match(one, /^\d+ \/bin\/sh 0\n$/)
    assert.notEqual(one, other)
  })

  it('do not wait for what a request leaves behind', async () => {
    const { transport } = bench
    await transport.run('sleep 30 </dev/null >/dev/null 2>&1 &', { deadline: 25_000 })
  })

  it('say nothing of their own', async () => {
    const killed = await bench.transport.run('kill -KILL $$', soon)
    assert.deepEqual([killed.code, text(killed.stdout), text(killed.stderr)], [137, '', ''])
    const large = await bench.transport.run(`${': filler\n'.repeat(4000)}kill -TERM $$`, soon)
    assert.deepEqual([large.code, text(large.stderr)], [143, ''])
  })

  it('tell a script that is no script by its own words', async () => {
    const { code, stderr } = await bench.transport.run('if', soon)
    assert.equal(code, 2)
    assert.match(text(stderr), /syntax error/i)
  })

  it('lose only what ran on a shell that was killed', async () => {
    const { transport, there } = bench
    const wait = `until [ -e ${there}/go ]; do sleep 0.02; done; echo went`
    const spared = transport.run(wait, soon)
    const lost = assert.rejects(transport.run('kill -KILL $PPID; sleep 30', soon), {
      code: 'connection-lost',
    })
    await lost
    await transport.write(`${there}/go`, new Uint8Array(), soon)
    assert.equal(text((await spared).stdout), 'went\n')
    assert.equal(text((await transport.run('echo again', soon)).stdout), 'again\n')
    assert.equal(bench.host.counts.connections, 1)
  })

  it('are told anew what requests begin with, each of them, also after one was killed', async () => {
    const { transport } = bench
    const ask = async (word: string) =>
      text((await transport.run(`${'# the same in all of them\n'.repeat(200)}echo ${word}`, soon)).stdout)
    for (const word of ['one', 'two', 'three']) assert.equal(await ask(word), `${word}\n`)
    await assert.rejects(transport.run('kill -KILL $PPID; sleep 30', soon), { code: 'connection-lost' })
    for (const word of ['four', 'five', 'six']) assert.equal(await ask(word), `${word}\n`)
    const words = Array.from({ length: 40 }, (_, at) => `at-once-${at}`)
    assert.deepEqual(
      await Promise.all(words.map(ask)),
      words.map((word) => `${word}\n`),
    )
  })

  it('end a script and its children at the deadline, and nothing that ran before it', async () => {
    const { transport, there } = bench
    await transport.run(`setsid sleep 31 </dev/null >/dev/null 2>&1 & echo $! >${there}/job`, soon)
    const late = transport.run(`sleep 32 & echo $! >${there}/child; wait`, { deadline: 300 })
    await assert.rejects(late, { code: 'request-timeout' })
    const dead = `! kill -0 $(cat ${there}/child) 2>/dev/null || grep -q ') Z' /proc/$(cat ${there}/child)/stat`
    const gone = `until ${dead}; do sleep 0.02; done; kill $(cat ${there}/job)`
    assert.equal((await transport.run(gone, soon)).code, 0)
  })
})

describe('a login over ssh that is none', () => {
  it('is told in its own words', async () => {
    const bench = await sshBench({ shell: '/bin/false' })
    try {
      await assert.rejects(bench.transport.run('true', soon), { code: 'connection-lost' })
    } finally {
      await bench.close()
    }
    const closed = await sshBench({ noise: 'This account is not available', environment: { PATH: '/none' } })
    try {
      await assert.rejects(
        ssh({ ...closed.host.settings, shell: '/no/shell' }).run('true', soon),
        /not available/,
      )
    } finally {
      await closed.close()
    }
  })
})

describe('files over ssh', () => {
  let bench: SshBench
  beforeEach(async () => {
    bench = await sshBench()
  })
  afterEach(() => bench.close())

  it('take paths that start at home', async () => {
    const { transport } = bench
    await transport.write('~/a folder/file', Buffer.from('x'), soon)
    assert.equal(text((await transport.run('cat "$HOME/a folder/file"', soon)).stdout), 'x')
    assert.equal(text(await transport.read('~/a folder/file', { offset: 0, length: 9 }, soon)), 'x')
    const listed = await transport.list('~', soon)
    assert.deepEqual(
      listed.map(({ path, kind }) => [path, kind]),
      [['a folder', 'folder']],
    )
  })

  it('make folders below a link to a folder', async () => {
    const { transport, there } = bench
    await mkdir(`${there}/real`)
    await symlink('real', `${there}/link`)
    await transport.write(`${there}/link/sub/file`, Buffer.from('x'), soon)
    assert.equal(text(await transport.read(`${there}/real/sub/file`, { offset: 0, length: 9 }, soon)), 'x')
  })

  it('say what is wrong with a path that cannot be written', async () => {
    const { transport, there } = bench
    await writeFile(`${there}/file`, '')
    await assert.rejects(transport.write(`${there}/file/below`, Buffer.from('x'), soon), /part of the path/)
    await mkdir(`${there}/folder`)
    await assert.rejects(transport.write(`${there}/folder`, Buffer.from('x'), soon), /folder is at this path/)
    assert.deepEqual((await transport.list(there, soon)).length, 2)
  })

  it('read nothing that would be waited for', async () => {
    const { transport, there, here } = bench
    await transport.run(`mkfifo ${there}/pipe; mkdir ${there}/folder`, soon)
    const invalid = { code: 'invalid-value' }
    await assert.rejects(transport.read(`${there}/pipe`, { offset: 0, length: 1 }, soon), invalid)
    await assert.rejects(transport.fetch(`${there}/folder`, `${here}/folder`, soon), invalid)
  })

  it('are not taken for whole by a size that is no longer true', async () => {
    const { transport, there, here } = bench
    await writeFile(`${there}/log`, 'all of it')
    stale.set(`${there}/log`, 3)
    await assert.rejects(transport.fetch(`${there}/log`, `${here}/log`, soon), { code: 'changed-file' })
    stale.clear()
    await transport.fetch(`${there}/log`, `${here}/log`, soon)
    assert.equal(await readFile(`${here}/log`, 'utf8'), 'all of it')
  })

  it('come by the hundred, also at once to one place', async () => {
    const { transport, there } = bench
    const names = Array.from({ length: 100 }, (_, index) => `${index % 10}/${index}`)
    await Promise.all(names.map((name) => transport.write(`${there}/${name}`, Buffer.from(name), soon)))
    const found = await transport.list(there, { ...soon, recursive: true })
    assert.equal(found.filter(({ kind }) => kind === 'file').length, 100)
    assert.equal(found.length, 110)
    const same = Array.from({ length: 5 }, () => transport.write(`${there}/same`, Buffer.from('same'), soon))
    await Promise.all(same)
    assert.equal(text(await transport.read(`${there}/same`, { offset: 0, length: 9 }, soon)), 'same')
  })
})

describe('several ways to one host over ssh', () => {
  it('share one connection and its channels, however many they are', async () => {
    const bench = await sshBench()
    const others = [1, 2, 3, 4].map(() => ssh({ ...bench.host.settings, port: bench.proxy.port }))
    const ways = [bench.transport, ...others]
    try {
      for (let turn = 0; turn < 3; turn += 1)
        await Promise.all(
          ways.flatMap((way) => [
            ...Array.from({ length: 5 }, () => way.run('echo', soon)),
            way.list('/', soon),
            way.write(`${bench.there}/file`, Buffer.alloc(2_000_000), soon),
          ]),
        )
      assert.equal(bench.host.counts.connections, 1)
    } finally {
      for (const way of others) await way.close()
      await bench.close()
    }
  })
})
