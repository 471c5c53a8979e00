import { it } from 'mocha'
import { followAround } from '../../testing/follow-around.ts'
import { followStreams } from '../../testing/follow-streams.ts'
import { openPulsarSubject } from '../../testing/pulsar-subject.ts'
import type { PulsarOptions } from '../../../src/runners/pulsar.ts'

interface Place {
  readonly staging: string
  readonly options: PulsarOptions
}

const patience = 60_000

/** What a real server must give of the streams of jobs, wherever it is found. */
export function askOfStreams(find: () => Place | Promise<Place>): void {
  it('gives 2 MiB of text and bytes live, byte for byte, to one reader and to the next process', async () => {
    const { staging, options } = await find()
    const on = await openPulsarSubject(options)
    try {
      await followStreams(on, staging, patience)
    } finally {
      await on.close()
    }
  })

  it('gives what is said around a job while it runs, and keeps it', async () => {
    const on = await openPulsarSubject((await find()).options)
    try {
      await followAround(on, patience)
    } finally {
      await on.close()
    }
  })
}
