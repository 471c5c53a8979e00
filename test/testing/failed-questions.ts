import type { Harness } from '../../src/testing/harness.ts'

/** Runs a suite over a driver, all questions at once (less one that takes long), and gives those that it answered wrongly. */
export async function failedQuestions(
  suite: (harness: Harness) => void,
  except?: string,
): Promise<readonly string[]> {
  const tests: (readonly [string, () => Promise<void>])[] = []
  suite({ test: (name, body) => void (name === except || tests.push([name, body])) })
  const failed = await Promise.all(
    tests.map(([name, body]) =>
      body().then(
        () => [],
        () => [name],
      ),
    ),
  )
  return failed.flat()
}
