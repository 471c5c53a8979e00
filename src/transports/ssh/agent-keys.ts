import type {
  AgentAuthMethod,
  BaseAgent,
  KnownPublicKeys,
  ParsedKey,
  SignCallback,
  SigningRequestOptions,
} from 'ssh2'

/** A key that an agent holds, and the login with it alone. */
export interface AgentKey {
  readonly key: ParsedKey
  /** Whether the agent was asked to sign: then the host had taken the key. */
  readonly signed: boolean
  method(username: string): AgentAuthMethod
}

/** Rejects when the agent does not answer. */
export async function readAgentKeys(socket: string): Promise<readonly AgentKey[]> {
  const { BaseAgent: Agent, createAgent, utils } = (await import('ssh2')).default

  // ssh2 goes through all keys of an agent, also past one that was taken as the first of two factors: so one key each.
  class OneKey extends Agent<ParsedKey> {
    readonly #agent: BaseAgent
    readonly #key: ParsedKey
    signed = false
    constructor(agent: BaseAgent, key: ParsedKey) {
      super()
      this.#agent = agent
      this.#key = key
    }
    override getIdentities(callback: (error: undefined, keys: ParsedKey[]) => void): void {
      callback(undefined, [this.#key])
    }
    override sign(
      key: ParsedKey,
      data: Buffer,
      options: SigningRequestOptions | SignCallback,
      callback: SignCallback = () => {},
    ): void {
      this.signed = true
      if (typeof options === 'function') this.#agent.sign(key, data, options)
      else this.#agent.sign(key, data, options, callback)
    }
  }

  const agent = createAgent(socket)
  const found = await new Promise<readonly (ParsedKey | Error)[]>((resolve, reject) => {
    agent.getIdentities((error, keys = []) => {
      if (error) reject(error)
      else resolve(keys.map((one) => utils.parseKey(publicKeyOf(one))))
    })
  })
  return found.flatMap((key) => {
    if (key instanceof Error) return [] // a kind of key that ssh2 does not know
    const one = new OneKey(agent, key)
    return [
      {
        key,
        get signed() {
          return one.signed
        },
        method: (username: string) => ({ type: 'agent' as const, username, agent: one }),
      },
    ]
  })
}

function publicKeyOf(entry: KnownPublicKeys[number]): string | Buffer | ParsedKey {
  if (typeof entry !== 'object' || !('pubKey' in entry)) return entry
  const { pubKey } = entry
  return typeof pubKey === 'object' && 'pubKey' in pubKey ? pubKey.pubKey : pubKey
}
