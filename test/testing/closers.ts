declare global {
  /** Set by strict.mjs, whose hooks call what is in it: hooks of a module that test files share would be those of the first file of a worker alone. */
  var closers: { readonly ofTest: Close[]; readonly ofFile: Close[] }
}

type Close = () => unknown

/** Has something closed after the test that opened it, the last one first. */
export const afterThisTest = (close: Close) => void globalThis.closers.ofTest.push(close)

/** The same after the last test of the file. */
export const afterThisFile = (close: Close) => void globalThis.closers.ofFile.push(close)
