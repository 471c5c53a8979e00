import type { Tag } from '../../core/ids.ts'
import type { Json } from '../../core/json.ts'
import type { Content } from '../../staging/content.ts'
import type { Endpoint } from './endpoint.ts'

/**
 * What a server is told to do with files by itself: to get what is offered to the attempt before it starts it, a small text from this message
 * alone, and to post what it left when it has ended. `outputs`: only those that the wrapper laid out in `run.N/out`; `everything`: also what
 * it wrote down, where nobody can read that over there.
 */
export async function remoteStaging(
  endpoint: Endpoint,
  tag: Tag,
  brings: 'outputs' | 'everything',
  nonce?: string,
): Promise<{ readonly [key: string]: Json }> {
  const address = await endpoint.address(tag)
  const setup = (await endpoint.offered(tag, nonce)).map(({ name, content }) => ({
    name,
    type: 'metadata',
    action: actionOf(address, name, content),
  }))
  return {
    setup,
    action_mapper: {
      default_action: 'remote_transfer',
      files_endpoint: address,
      ssh_key: null,
      ssh_user: null,
      ssh_host: null,
      ssh_port: null,
      paths: [],
    },
    client_outputs: {
      // A server that is told to sends what it prints while it runs, to a place beside this one.
      working_directory: '/working',
      // So that names come back as they are there.
      metadata_directory: '/',
      job_directory: null,
      work_dir_outputs: [],
      output_files: [],
      version_file: null,
      dynamic_outputs: brings === 'outputs' ? [outputs] : [outputs, notes],
      dynamic_file_sources: null,
      dataset_collector_descriptions: [],
    },
  }
}

/** Python's, anchored at the beginning. */
const outputs = '[^/]+/run\\.[0-9]+/out/[0-9a-z]+$'
const notes = '[^/]+/(said|claim\\.[0-9]+|run\\.[0-9]+/(exit|gone|listing))$'

/** Larger texts are asked for, as files are. */
const longestMessage = 48 * 1024

function actionOf(address: string, name: string, { from, size }: Content): { readonly [key: string]: Json } {
  const text = 'bytes' in from && size <= longestMessage ? textOf(from.bytes) : undefined
  if (text !== undefined) return { action_type: 'message', contents: text }
  const path = `/${name}`
  const url = `${address}&${new URLSearchParams({ path, file_type: 'metadata' }).toString()}`
  return { action_type: 'remote_transfer', path, source: { path }, url }
}

/** Undefined for what is more than plain text: a message is JSON, and its server writes it down in whatever encoding it has. */
function textOf(bytes: Uint8Array): string | undefined {
  return bytes.every((byte) => byte < 0x80) ? new TextDecoder().decode(bytes) : undefined
}
