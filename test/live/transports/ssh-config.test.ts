import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { after, before, describe, it } from 'mocha'
import { resolveTarget } from '../../../src/transports/ssh/target.ts'

/** Numbers that look like chance, the same each time. */
function chance(seed: number): (below: number) => number {
  let state = seed * 7919 + 1
  return (below) => {
    state = (state * 48271) % 2147483647
    return state % below
  }
}

const hosts = ['alpha', 'beta', 'gamma.example.org']

describe("ssh's configuration, as `ssh -G` reads it", function () {
  this.timeout(60_000)
  let folder: string
  before(async () => (folder = await mkdtemp(join(tmpdir(), 'ssh-g-'))))
  after(() => rm(folder, { recursive: true }))

  /** A configuration of sections and files that include one another, written to `name`. */
  async function write(name: string, below: (count: number) => number, depth: number): Promise<string> {
    const pick = (...words: readonly string[]) => words[below(words.length)] ?? ''
    const lines: string[] = []
    for (let count = 2 + below(6); count > 0; count--) {
      switch (below(depth > 0 ? 9 : 8)) {
        case 0:
        case 1:
          lines.push(
            `Host ${pick('alpha', 'beta', '*', 'al*', '* !beta', 'beta gamma.example.org', '?eta', '!alpha *')}`,
          )
          break
        case 2:
          lines.push(
            `Match ${pick('host alpha', 'originalhost beta', 'all', 'host real-*', 'user me host *', 'host alpha,beta')}`,
          )
          break
        case 3:
          lines.push(`  ${pick('HostName', 'hostname')} ${pick('real-%h', 'real-one', '%h.example.net')}`)
          break
        case 4:
          lines.push(`  Port${pick(' ', '=', ' = ')}${2000 + below(5)}`)
          break
        case 5:
          lines.push(`\tUSER ${pick('me', 'you', '"you"')}`)
          break
        case 6:
          lines.push(`  IdentityFile ${pick('/keys/a', '/keys/%h', '/keys/%r-%p', '"/keys/with space"')}`)
          break
        case 7:
          lines.push(pick('# a comment', '', '  IdentitiesOnly yes', '  HostKeyAlias pool'))
          break
        default:
          lines.push(`  Include ${await write(`${name}-${lines.length}`, below, depth - 1)}`)
      }
    }
    await writeFile(join(folder, name), lines.join('\n') + '\n')
    return join(folder, name)
  }

  function opensshSays(file: string, host: string) {
    const text = execFileSync('ssh', ['-T', '-G', '-F', file, host], { encoding: 'utf8' })
    const all = (word: string) =>
      text
        .split('\n')
        .filter((line) => line.startsWith(`${word} `))
        .map((line) => line.slice(word.length + 1))
    const [hostname, port, user] = ['hostname', 'port', 'user'].map((word) => all(word)[0])
    return {
      host: hostname,
      port: Number(port),
      user,
      alias: all('hostkeyalias')[0],
      only: all('identitiesonly')[0] === 'yes',
      keys: all('identityfile').filter((file) => !file.startsWith('~')),
    }
  }

  for (let seed = 0; seed < 150; seed++)
    it(`says the same of configuration ${seed}`, async () => {
      const file = await write(`config-${seed}`, chance(seed), 2)
      for (const host of hosts) {
        const said = opensshSays(file, host)
        const target = await resolveTarget({ host, configFiles: [file] }, { environment: {} })
        const expand = (text: string) =>
          text
            .replaceAll('%h', target.host)
            .replaceAll('%r', target.user)
            .replaceAll('%p', String(target.port))
        const ours = {
          host: target.host,
          port: target.port,
          user: target.user,
          alias: target.knownNames[0] === 'pool' ? 'pool' : undefined,
          only: target.identitiesOnly,
          keys: target.identityFiles.filter((name) => name.startsWith('/keys')),
        }
        const theirs = { ...said, keys: [...new Set(said.keys.map(expand))] }
        // The files are shown of what is wrong alone: a process for each that is right takes longer than the test.
        if (!isDeepStrictEqual(ours, theirs))
          assert.deepEqual(
            ours,
            theirs,
            execFileSync('sh', ['-c', `tail -n +1 ${file}*`], { encoding: 'utf8' }),
          )
      }
    })
})
