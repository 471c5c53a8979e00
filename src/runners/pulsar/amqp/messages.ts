import { z } from 'zod'
import { AbeyanceError } from '../../../core/error.ts'
import { parseJson, type Json } from '../../../core/json.ts'

/**
 * What goes to a Pulsar server, and nothing else does: a message that it cannot read ends the thread that took it for good, and stays in its
 * queue to end the next one. So each is held against its shape before it is published.
 */
const word = z.string().min(1)

/** By which the receiver says that it has the message. */
const acknowledged = {
  acknowledge_uuid: word.exactOptional(),
  acknowledge_queue: word.exactOptional(),
  acknowledge_submit_queue: word.exactOptional(),
}

const transferred = z.strictObject({
  action_type: z.literal('remote_transfer'),
  path: word,
  source: z.strictObject({ path: word }),
  url: z.url({ protocol: /^https?$/ }),
})
const inMessage = z.strictObject({ action_type: z.literal('message'), contents: z.string() })

const setup = z.strictObject({ name: word, type: word, action: z.union([transferred, inMessage]) })

const remoteStaging = z.object({
  setup: z.array(setup),
  action_mapper: z.looseObject({
    default_action: z.literal('remote_transfer'),
    files_endpoint: z.url({ protocol: /^https?$/ }),
  }),
  client_outputs: z.looseObject({ dynamic_outputs: z.array(word) }),
})

const requirement = z.strictObject({
  name: word,
  version: z.string().nullable(),
  type: z.literal('package'),
})

const outgoing = {
  setup: z.strictObject({
    job_id: word,
    command_line: word,
    // Without it the server makes no folder, and the job fails at once.
    setup_params: z.strictObject({ job_id: word, use_metadata: z.literal(true) }),
    remote_staging: remoteStaging.exactOptional(),
    dependencies_description: z
      .strictObject({ requirements: z.array(requirement), installed_tool_dependencies: z.tuple([]) })
      .exactOptional(),
    ...acknowledged,
  }),
  kill: z.strictObject({ job_id: word, ...acknowledged }),
  status: z.strictObject({ job_id: word, ...acknowledged }),
  acknowledgement: z.strictObject({ acknowledge_uuid_response: word }),
}

export type Kind = keyof typeof outgoing

/** The bytes of a message; one that is not what its kind must be is `internal` and never published. */
export function encode(kind: Kind, message: { readonly [key: string]: Json }): Uint8Array {
  const checked = outgoing[kind].safeParse(message)
  if (!checked.success) {
    const where = checked.error.issues.map(({ path, message: why }) => `${path.join('.')}: ${why}`).join('; ')
    throw new AbeyanceError('internal', `a message of the kind ${kind} was not published: ${where}`)
  }
  return Buffer.from(JSON.stringify(checked.data))
}

const update = z.object({
  job_id: word,
  status: z.string().nullable(),
  returncode: z.number().nullable().exactOptional(),
  job_stderr: z.string().nullable().exactOptional(),
  job_directory_contents: z.array(z.string()).exactOptional(),
  pulsar_version: z.string().exactOptional(),
  acknowledge_uuid: word.exactOptional(),
  acknowledge_queue: word.exactOptional(),
})

/** What a server says of a job, whether it was asked or not. */
export type Update = z.output<typeof update>

/** Undefined for what no server says: it is dropped, since it would come back for ever. */
export function readUpdate(body: unknown): Update | undefined {
  return update.safeParse(decoded(body)).data
}

/** The id of the message that its receiver has. */
export function readAcknowledgement(body: unknown): string | undefined {
  return outgoing.acknowledgement.safeParse(decoded(body)).data?.acknowledge_uuid_response
}

/** The library reads some bodies by itself. */
function decoded(body: unknown): unknown {
  if (!(body instanceof Uint8Array) && typeof body !== 'string') return body
  try {
    return parseJson(typeof body === 'string' ? body : new TextDecoder().decode(body))
  } catch {
    return undefined
  }
}
