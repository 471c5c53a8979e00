/** A way to a machine: a POSIX shell and files. Nothing of schedulers is known here. */
export interface Transport {
  /** Where it leads, for people: `this machine`, `user@host`. */
  readonly name: string
  /**
   * Runs a script under the machine's POSIX shell and gives both streams apart. Aborting stops the script. An error of `notSent`
   * says that nothing of it went out; with any other the script may have run.
   */
  run(script: string, options: RequestOptions): Promise<ShellAnswer>
  /** At most `length` bytes of a file from `offset`; fewer at its end. */
  read(path: string, range: { offset: number; length: number }, options: RequestOptions): Promise<Uint8Array>
  /**
   * Writes a file under a temporary name and renames it; parent folders are made. `source` may be a local path; `own` says
   * that nobody writes to that file any more, so that it may be linked where both are on one machine.
   */
  write(
    path: string,
    source: Uint8Array | { readonly localPath: string; readonly own?: boolean },
    options: RequestOptions & { mode?: number },
  ): Promise<void>
  /** Brings a file that nobody writes to any more to a local path, under a temporary name, renamed; links are followed. */
  fetch(path: string, localPath: string, options: RequestOptions): Promise<void>
  /** What is in a folder, recursively when asked; sizes in bytes. An absent folder is an error `missing-file`. */
  list(path: string, options: RequestOptions & { recursive?: boolean }): Promise<readonly ListedFile[]>
  /**
   * Runs a script that is fed bytes and gives bytes, both as they come. Only where files travel: absent, they are at hand, and
   * nothing is won by sending many as one stream or by keeping what was sent. Aborting ends the script's input.
   */
  stream?(script: string, flow: ByteFlow, options: RequestOptions): Promise<Omit<ShellAnswer, 'stdout'>>
  /** Calls back when something in a folder may have changed, where the machine can say so; returns what stops it. */
  watch(path: string, changed: () => void): () => void
  /** Of a way that may ask a person: logs in with somebody there to answer, which ends `login-needed`. */
  login?(ask: Ask, options: RequestOptions): Promise<void>
  /** Of a way that is counted: connections begun today (UTC), of how many. */
  connections?(): Promise<{ readonly used: number; readonly limit: number }>
  close(): Promise<void>
}

/** Answers a host's questions, one answer each, in order; undefined when there is nobody to answer. */
export type Ask = (questions: Questions) => Promise<readonly string[] | undefined>

export interface Questions {
  /** Who asks: `user@host`. */
  readonly host: string
  /** The host's own words above the questions; may be empty. */
  readonly title: string
  readonly instructions: string
  readonly questions: readonly { readonly text: string; readonly secret: boolean }[]
}

export interface RequestOptions {
  /** Milliseconds until the request counts as lost: `request-timeout`. */
  readonly deadline: number
  readonly signal?: AbortSignal
  /** Called now and then while a file is written or fetched, with bytes done and in all, where a transport can tell. */
  readonly progress?: (done: number, total: number) => void
}

export interface ByteFlow {
  /** What the script finds on its standard input; nothing when not given. A piece is read before the next one is asked for. */
  readonly input?: AsyncIterable<Uint8Array>
  /** Handed what the script writes to its standard output; the next piece comes when it resolves. */
  readonly output?: (bytes: Uint8Array) => Promise<void> | void
}

export interface ShellAnswer {
  /** The exit code; a script that a signal ended gives 128 + its number. */
  readonly code: number
  readonly stdout: Uint8Array
  readonly stderr: Uint8Array
}

export interface ListedFile {
  /** Relative to the folder asked for. */
  readonly path: string
  readonly kind: 'file' | 'folder' | 'link' | 'other'
  readonly size: number
}
