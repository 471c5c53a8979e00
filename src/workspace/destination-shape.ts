import { z } from 'zod'
import { byteSize } from '../core/byte-size.ts'
import { memorySize } from '../core/memory-size.ts'
import { containerRuntimes } from '../runners/container-settings.ts'
import { secret, span } from './configuration-shape.ts'

// Flat where a misspelt key must be told with the keys there are; what is deeper is read by itself.

const name = z.string().min(1)
const names = z.array(name)
const oneOrMore = z.union([name, names], { error: 'is a text or a list of texts' })
const count = z.int().positive()

/** How to get to a host: means nothing without one. */
const way = {
  user: name.exactOptional(),
  port: z.int().min(1).max(65_535).exactOptional(),
  key: z
    .union([name, z.strictObject({ file: name, passphrase: secret.exactOptional() })], {
      error:
        'is not as it must be: write the file of a private key, or `{ file: PATH, passphrase: { environment: NAME } }`',
    })
    .exactOptional(),
  jump: oneOrMore.exactOptional(),
  ssh: z.json().exactOptional(),
}

export const wayKeys = ['user', 'port', 'key', 'jump', 'ssh'] as const satisfies (keyof typeof way)[]

export const destination = z.strictObject({
  runner: name,
  options: z.json().exactOptional(),
  host: name.exactOptional(),
  ...way,
  workFolder: name.exactOptional(),
  resources: z.json().exactOptional(),
  environment: z
    .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'is no name of an environment variable'), z.string())
    .exactOptional(),
  load: names.exactOptional(),
  container: z.json().exactOptional(),
  tags: z.json().exactOptional(),
  limits: z.json().exactOptional(),
  arrays: z
    .union([z.boolean(), z.strictObject({ most: z.int().min(2) })], {
      error:
        'is not as it must be: write `true`, or `{ most: N }` with the most jobs that go in one array, from 2',
    })
    .exactOptional(),
  resubmit: z.array(z.json()).exactOptional(),
  budget: z.json().exactOptional(),
  logs: z.json().exactOptional(),
})

/** What ssh's own configuration does not say, or says otherwise. */
export const ssh = z.strictObject({
  config: oneOrMore.exactOptional(),
  knownHosts: oneOrMore.exactOptional(),
  agent: name.exactOptional(),
  shell: name.exactOptional(),
  connectTimeout: span.exactOptional(),
  keepalive: span.exactOptional(),
  channels: z.int().min(1).max(8).exactOptional(),
})

export const limits = z.strictObject({
  jobs: count.exactOptional(),
  cores: count.exactOptional(),
  memory: z.string().refine(isMemorySize, 'write it as 512 MiB or 24 GiB').exactOptional(),
  submissionsPerMinute: count.exactOptional(),
})

export const budget = z.strictObject({
  connectionsPerDay: count.exactOptional(),
  schedulerCommandsPerHour: count.exactOptional(),
  bytesPerHour: z.string().refine(isByteSize, 'write it as 512 MiB or 24 GiB').exactOptional(),
})

export const container = z.strictObject({
  runtime: z.enum(containerRuntimes),
  program: name.exactOptional(),
  image: name.exactOptional(),
  flags: names.exactOptional(),
})

function isByteSize(text: string): boolean {
  try {
    return byteSize(text) > 0
  } catch {
    return false
  }
}

function isMemorySize(text: string): boolean {
  try {
    return memorySize(text) > 0
  } catch {
    return false
  }
}
