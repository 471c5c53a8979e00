/** What a suite needs of a test runner: `{ test: it }` for mocha, `{ test }` for vitest and node:test. */
export interface Harness {
  /** Declares one test. The name finishes the sentence "it ..."; the body rejects when the answer is wrong. */
  test(name: string, body: () => Promise<void>): unknown
}

/** What a suite is about, with what it needs beside it. Each question gets a new one and closes it. */
export interface Subject {
  /** Closes everything that was opened for this question, and removes its files. */
  close(): Promise<void>
}

export type Ask<S extends Subject> = (question: string, body: (subject: S) => Promise<void>) => void

/** Turns questions about a subject into tests: made anew for each, closed after it, also when the answer is wrong. */
export function asking<S extends Subject>(harness: Harness, create: () => Promise<S>): Ask<S> {
  return (question, body) => {
    harness.test(question, async () => {
      const subject = await create()
      try {
        await body(subject)
      } finally {
        await subject.close()
      }
    })
  }
}
