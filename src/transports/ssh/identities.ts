import { createHash } from 'node:crypto'
import type { ParsedKey } from 'ssh2'
import type { AgentKey } from './agent-keys.ts'
import type { KeyFiles } from './key-files.ts'
import type { LoginWay } from './login-way.ts'
import type { SshTarget } from './target.ts'

type Whose = Pick<SshTarget, 'user' | 'identityFiles' | 'identitiesOnly'>

/** The keys to try, in OpenSSH's order: the agent's keys that the configuration names, its others, then the files that the agent does not hold. */
export async function listIdentities(
  { user, identityFiles, identitiesOnly }: Whose,
  held: readonly AgentKey[],
  files: KeyFiles,
): Promise<readonly LoginWay[]> {
  const named = await Promise.all(
    identityFiles.map(async (file) => ({ file, half: await files.publicHalf(file) })),
  )
  const rankOf = ({ key }: AgentKey) =>
    named.findIndex(({ half }) => half !== undefined && key.getPublicSSH().equals(half))
  const ranked = held.map((agentKey) => ({ agentKey, rank: rankOf(agentKey) }))
  const first = ranked.filter(({ rank }) => rank >= 0).toSorted((a, b) => a.rank - b.rank)
  const others = identitiesOnly ? [] : ranked.filter(({ rank }) => rank < 0)
  const onlyInFiles = named.filter((_, at) => !first.some(({ rank }) => rank === at))
  return [
    ...[...first, ...others].map(({ agentKey }) => inAgent(user, agentKey)),
    ...onlyInFiles.map(({ file }) => inFile(user, file, files)),
  ]
}

function inAgent(user: string, agentKey: AgentKey): LoginWay {
  const { key } = agentKey
  return {
    kind: 'publickey',
    label: `${key.comment || key.type} of the agent (${fingerprint(key)})`,
    get signed() {
      return agentKey.signed
    },
    prepare: async () => ({ method: agentKey.method(user) }),
  }
}

function inFile(username: string, file: string, files: KeyFiles): LoginWay {
  return {
    kind: 'publickey',
    label: file,
    async prepare() {
      const read = await files.read(file)
      if (!read || 'unusable' in read) return read
      return { method: { type: 'publickey', username, key: read.key } }
    },
  }
}

function fingerprint(key: ParsedKey): string {
  return `SHA256:${createHash('sha256').update(key.getPublicSSH()).digest('base64').replace(/=+$/, '')}`
}
