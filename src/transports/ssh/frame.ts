import { randomUUID } from 'node:crypto'
import { quote } from '../../core/quote.ts'
import type { Told } from './remembered.ts'

/** What is written to a waiting shell: the rest only once the shell has said that it began. */
export interface Frame {
  readonly text: string
  readonly rest?: string
}

/** A word that nothing at the other end can know or guess. */
export function makeNonce(): string {
  return randomUUID().replaceAll('-', '')
}

/**
 * What a shell that was just started is told first. Whatever the login printed stands before the begin lines; the number is
 * the shell's process id. Its own complaints, such as `Killed` of a script, go nowhere; fd 3 is its standard error from then on.
 */
export function greeting(nonce: string): Frame {
  return { text: `exec 3>&2 2>/dev/null; ${begin(nonce)}; ${end(nonce, '$$')}\n` }
}

/** Some shells read what they run byte by byte, each a system call: what is larger is read by a program. */
const largestWord = 16 * 1024

/**
 * What has a waiting shell run one script: lines with the nonce before and after it on both streams, the last ones with its
 * exit code. The script is run by a shell of its own, so that `$$` is a process that ends with it and nothing it does to
 * itself is seen by the next one. Nothing of it runs before all of it has arrived. `tell` knows what that waiting shell keeps.
 */
export function frame(nonce: string, script: string, shell: string, tell: (script: string) => Told): Frame {
  const text = `ABEYANCE_SHELL=${quote(shell)}\n${script}`
  const around = (command: string) => `{ ${begin(nonce)}\n${command}\nset -- "$?"; ${end(nonce, '$1')}; }\n`
  if (Buffer.byteLength(text) <= largestWord) {
    const { before, word } = tell(text)
    return { text: around(`${before}\n${child(`${quote(shell)} -c ${word} </dev/null`)}`) }
  }
  const seal = `# ${makeNonce()}`
  const rest = `${text}\n${seal}`
  const reader = `abeyance=$(cat)
case $abeyance in *'${seal}') eval "unset abeyance
$abeyance" ;; *) exit 1 ;; esac`
  return {
    text: around(`head -c ${Buffer.byteLength(rest)} | ${child(`${quote(shell)} -c ${quote(reader)}`)}`),
    rest,
  }
}

// In a process of its own, since some shells redirect themselves for as long as they wait for a command.
const child = (command: string) => `(exec ${command} 2>&3 3>&-)`

const begin = (nonce: string) => `printf '\\n%s begin\\n' ${nonce}; printf '\\n%s begin\\n' ${nonce} >&3`
const end = (nonce: string, number: string) =>
  `printf '\\n%s end %s\\n' ${nonce} "${number}"; printf '\\n%s end %s\\n' ${nonce} "${number}" >&3`
