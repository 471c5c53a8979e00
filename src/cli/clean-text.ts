/** Takes text piece by piece, and gives what may be shown of it. */
export interface Cleaner {
  push(text: string): string
  /** What was held back, when nothing follows. */
  end(): string
}

// A sequence that is not whole yet may be so long, in characters; what is longer is none that a terminal would wait for.
const longestSequence = 4096

/**
 * Lets through what cannot harm a terminal: text, tabs, line ends and, where `colours`, colours and their like (SGR). All else that a
 * terminal obeys is taken out, so that a job can neither retitle nor clear nor answer from one; a sequence may come in pieces.
 */
export function openCleaner({ colours }: { readonly colours: boolean }): Cleaner {
  let held = ''
  return {
    push(text) {
      const all = held + text
      const end = wholeUntil(all)
      held = all.length - end > longestSequence ? '' : all.slice(end)
      return clean(all.slice(0, end), colours)
    },
    end() {
      const rest = clean(held, colours)
      held = ''
      return rest
    },
  }
}

/** The same for a text that is whole, such as a job's name or a reason. */
export function clean(text: string, colours = false): string {
  return text.replaceAll(sequences, (all: string) => (colours && isColour.test(all) ? all : ''))
}

/** The same for lines that are printed: none leaves its colours to the next. */
export function cleanLines(text: string, colours: boolean): string {
  return clean(text, colours).replaceAll(coloured, '$&\u001b[0m')
}

const escape = String.raw`\u001b`

// What is left of a terminal's language when these are taken out is nothing (ECMA-48): commands, with the bytes that they may take;
// texts for the terminal, such as its title, which end with BEL or ST, or here with the line; short ones; lone controls.
const command = String.raw`(?:${escape}\[|\u009b)[0-?]*[ -/]*[@-~]`
const text = String.raw`(?:${escape}[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u009c\n]*(?:\u0007|${escape}\\|\u009c|(?=[\n\u001b]))`
const short = String.raw`${escape}[ -/]*[0-Z\\^-~]`
const control = String.raw`[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]`
const sequences = new RegExp([command, text, short, control].join('|'), 'gu')
const coloured = new RegExp(`^.*${escape}.*$`, 'gmu')
const isColour = new RegExp(String.raw`^${escape}\[[0-9;:]*m$`, 'u')

// The beginning of one of them, at the end of what is there.
const unfinished = new RegExp(
  [
    String.raw`(?:${escape}\[|\u009b)[0-?]*[ -/]*$`,
    String.raw`(?:${escape}[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u009c\n]*(?:${escape})?$`,
    String.raw`${escape}[ -/]*$`,
  ].join('|'),
  'u',
)

function wholeUntil(text: string): number {
  const from = unfinished.exec(text)
  return from ? from.index : text.length
}
