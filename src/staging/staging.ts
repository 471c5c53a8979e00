import type { Digest } from '../core/ids.ts'
import type { RequestOptions, Transport } from '../transports/transport.ts'
import type { ObjectStore } from './object-store.ts'
import type { Places } from './places.ts'

/** What staging the inputs of an attempt works with. */
export interface Staging {
  readonly transport: Transport
  readonly objects: ObjectStore
  /** The `inputs` folder of the attempt, on the machine where it runs. */
  readonly folder: string
  /** The folder there in which everything that was sent is kept by its content. */
  readonly cache: string
  /** What is in the cache is read again before it is used: an attempt before may have failed for its sake. */
  readonly doubt?: boolean
  /** Where files stay; without it, none does. */
  readonly stays?: Stays
  readonly request: RequestOptions
}

export interface Stays {
  /** The folder there, beside the cache, of what is never pruned while a record names it. */
  readonly folder: string
  readonly places: Places
}

/** A file that was staged, with the SHA-256 that was signed; `path` is relative to the `inputs` folder. */
export interface StagedFile {
  readonly path: string
  readonly digest: Digest
}
