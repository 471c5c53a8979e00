import type { Digest, Tag } from '../../core/ids.ts'
import type { Stream } from '../streams.ts'

/**
 * Where everything of an attempt is on a Pulsar server: below the folder for metadata of the job that has the attempt's tag for its id.
 * Names are as the server is asked for them. The server's own id for the job may be another one.
 *
 *     native                    the server's own id, where it gave one; before anything is submitted under it
 *     start.NONCE               a submission: puts what was sent in its place and becomes the wrapper
 *     sent.NONCE/0, 1, ...      what was sent for it
 *     stop                      it was cancelled
 *     over                      its server called it over before it began: it must not begin any more
 *     said                      what these scripts, and the wrapper before it has streams, printed
 *     inputs/, job/, claim.N, run.N/     as on any machine (`attempt-folder.ts`), and what `watching.ts` adds
 */
export function homeOf(tag: Tag) {
  const run = (incarnation: number) => `${tag}/run.${incarnation}`
  return {
    native: `${tag}/native`,
    stop: `${tag}/stop`,
    over: `${tag}/over`,
    said: `${tag}/said`,
    start: (nonce: string) => `${tag}/start.${nonce}`,
    sent: (nonce: string, place: number) => `${tag}/${sentName(nonce, place)}`,
    claim: (incarnation: number) => `${tag}/claim.${incarnation}`,
    exit: (incarnation: number) => `${run(incarnation)}/exit`,
    gone: (incarnation: number) => `${run(incarnation)}/gone`,
    beat: (incarnation: number) => `${run(incarnation)}/beat`,
    listing: (incarnation: number) => `${run(incarnation)}/listing`,
    unresolved: (incarnation: number) => `${run(incarnation)}/unresolved`,
    out: (incarnation: number, digest: Digest) => `${run(incarnation)}/out/${digest}`,
    work: (incarnation: number, path: string) => `${run(incarnation)}/work/${path}`,
    stream: (incarnation: number, stream: Stream) => `${run(incarnation)}/${stream}`,
    offsets: (incarnation: number, stream: Stream) => `${run(incarnation)}/live/${stream}`,
    piece: (incarnation: number, stream: Stream, offset: number) =>
      `${run(incarnation)}/live/${stream}.${offset}`,
  }
}

/** Relative to the folder of the attempt. */
export function sentName(nonce: string, place: number): string {
  return `sent.${nonce}/${place}`
}
