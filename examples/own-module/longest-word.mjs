import { file, moduleType } from 'abeyance'
import { z } from 'zod'

/** Finds the longest word of a text: a job writes a report, `collect` reads two values out of it. */
export const longestWord = moduleType({
  type: 'example/longest-word',
  version: 1,
  inputs: { text: file, letters: z.string().default('a-zA-Z') },
  outputs: { word: z.string(), length: z.int() },
  job: ({ text, letters }) => ({
    script: `tr -cs "$2" '\\n' < "$1" |
      awk 'length($0) > n { n = length($0); word = $0 } END { print n + 0, word }' > report.txt`,
    arguments: [text, letters],
    outputs: { report: { text: 'report.txt' } }, // for `collect` alone: it is no port
  }),
  async collect({ files }) {
    const [length, word] = (await files.text('report')).trim().split(' ')
    return { word: word ?? '', length: Number(length) }
  },
})
