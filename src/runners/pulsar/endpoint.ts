import type { Tag } from '../../core/ids.ts'
import type { Content } from '../../staging/content.ts'

/**
 * Files of attempts whose machine comes to us for what they need, and brings us what they made, over HTTP. Its addresses are signed for one
 * attempt and expire. All that is offered and brought is on disk, so an address means the same to the next process, and to several at once.
 * Names are those of `home.ts`: `TAG/sent.NONCE/0`, `TAG/run.1/exit`. What is not there is `undefined` or `false`.
 */
export interface Endpoint {
  /** For people: where machines reach it. Nothing secret is in it. */
  readonly url: URL
  /**
   * The address of everything of an attempt's, with its signature: to a server it is `files_endpoint`, to the wrapper what it posts to. One file's
   * has `&path=/NAME&file_type=TYPE` at its end. Secret, made anew at each call, good for `endpoint.expires` from then.
   */
  address(tag: Tag): Promise<string>
  /** From now on the attempt's machine is given that under that name; the file is read when it is asked for. */
  offer(tag: Tag, name: string, content: Content): Promise<void>
  /** What was offered for one submission, in its order: those names that have its nonce in them; of the newest, when none is given. */
  offered(tag: Tag, nonce?: string): Promise<readonly Offer[]>
  /** What was brought, whole. `run.N/live/STREAM`, the list of offsets, is made of the names of the pieces that are here. */
  read(name: string): Promise<Uint8Array | undefined>
  /** The same piece by piece, until `sink` says false. Whether there was such a file. */
  stream(name: string, sink: (bytes: Uint8Array) => Promise<boolean>): Promise<boolean>
  /** Bytes of one that was brought or is on its way here; undefined where nothing of it came. */
  size(name: string): Promise<number | undefined>
  /** Whether it was brought, whole. */
  has(name: string): Promise<boolean>
  /** Has it at a path of this machine's too, where nothing is, without another copy where that can be. Whether there was such a file. */
  lay(name: string, path: string): Promise<boolean>
  /** From now on the wrapper is told to stop, whenever it gives a sign of life. */
  stop(tag: Tag): Promise<void>
  isStopped(tag: Tag): Promise<boolean>
  /** A folder for what else is to be known of the attempt here; made when missing, removed with it. */
  folder(tag: Tag): Promise<string>
  /** Attempts of which anything is here. */
  attempts(): Promise<readonly Tag[]>
  /** What was asked for and could not be given, or was not taken, in words; the last time that it happened. */
  fault(tag: Tag): Promise<string | undefined>
  /** Nothing of it is given or taken any more. */
  remove(tag: Tag): Promise<void>
}

export interface Offer {
  readonly name: string
  readonly content: Content
}

/** Told of what was brought, after it is on disk: `TAG/run.1/exit`. Only by the process that answers. */
export type Heard = (tag: Tag, name: string) => void
