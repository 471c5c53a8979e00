import { readKeptLog, type KeptLog } from './kept-log.ts'

const tail = 2048
const longest = 200

/** The last line that is not empty of a kept stream, or that tells of a full disk, which explains what follows it; cut to what a message can hold; undefined where nothing was written. */
export async function lastWords(log: KeptLog): Promise<string | undefined> {
  const pieces: Uint8Array[] = []
  for await (const news of readKeptLog(log, -tail, tail)) if (news.kind === 'chunk') pieces.push(news.bytes)
  const lines = Buffer.concat(pieces)
    .toString('utf8')
    .split(/[\r\n]+/)
  const last = (lines.findLast(isNoSpace) ?? lines.findLast((line) => line.trim() !== ''))?.trim()
  return last === undefined || last.length <= longest ? last : `${last.slice(0, longest - 1)}…`
}

function isNoSpace(line: string): boolean {
  return /no space left on device|disk quota exceeded/i.test(line)
}
