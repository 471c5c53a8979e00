import { join } from 'node:path'
import { z } from 'zod'
import type { Tag } from '../../../core/ids.ts'
import { parseJson } from '../../../core/json.ts'
import { readTextIfThere } from '../../../core/system/files.ts'
import { publish } from '../../../core/system/publish.ts'
import type { Endpoint } from '../endpoint.ts'
import type { Word } from './word.ts'

/** What was heard of attempts, on disk before anybody is told. */
export interface WordBook {
  /** Undefined where nothing of it was ever published from here. */
  read(tag: Tag): Promise<Word | undefined>
  /** One change at a time of each; what is as it was is not written. */
  change(tag: Tag, make: (word: Word) => Word): Promise<void>
  forget(tag: Tag): void
}

const said = z.object({
  status: z.string().nullable(),
  returncode: z.number().nullable().exactOptional(),
  job_stderr: z.string().exactOptional(),
  job_directory_contents: z.array(z.string()).exactOptional(),
})
const wordShape = z.object({
  asked: z.number().exactOptional(),
  launched: z.number().exactOptional(),
  taken: z.literal(true).exactOptional(),
  said: said.exactOptional(),
  ended: said.exactOptional(),
  lost: z.number().exactOptional(),
})

export function openWordBook(endpoint: Endpoint): WordBook {
  const words = new Map<Tag, Word>()
  const turns = new Map<Tag, Promise<void>>()
  const pathOf = async (tag: Tag) => join(await endpoint.folder(tag), 'amqp.json')

  async function read(tag: Tag): Promise<Word | undefined> {
    const known = words.get(tag)
    if (known) return known
    // To ask for the folder of a stranger would make one.
    if (!(await endpoint.attempts()).includes(tag)) return undefined
    const text = await readTextIfThere(await pathOf(tag))
    const word = text === undefined ? undefined : wordShape.safeParse(parseJson(text)).data
    if (word) words.set(tag, word)
    return word
  }

  async function changeNow(tag: Tag, make: (word: Word) => Word): Promise<void> {
    const before = (await read(tag)) ?? {}
    const after = make(before)
    if (after === before) return
    await publish(await pathOf(tag), JSON.stringify(after))
    words.set(tag, after)
  }

  return {
    read,
    change(tag, make) {
      const turn = (turns.get(tag) ?? Promise.resolve()).then(() => changeNow(tag, make))
      const settled = turn
        .catch(() => {}) // whoever asked for it hears of it
        .then(() => void (turns.get(tag) === settled && turns.delete(tag)))
      turns.set(tag, settled)
      return turn
    },
    forget: (tag) => void words.delete(tag),
  }
}
