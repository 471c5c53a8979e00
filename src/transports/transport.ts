/** A way to a machine: a POSIX shell and files. Nothing of schedulers is known here. */
export interface Transport {
  /** Where it leads, for people: `this machine`, `user@host`. */
  readonly name: string
  /** Runs a script under the machine's POSIX shell and gives both streams apart. Aborting stops the script. */
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
  /** Calls back when something in a folder may have changed, where the machine can say so; returns what stops it. */
  watch(path: string, changed: () => void): () => void
  close(): Promise<void>
}

export interface RequestOptions {
  /** Milliseconds until the request counts as lost: `request-timeout`. */
  readonly deadline: number
  readonly signal?: AbortSignal
  /** Called now and then while a file is written or fetched, with bytes done and in all, where a transport can tell. */
  readonly progress?: (done: number, total: number) => void
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
