/** An e-mail as its reader sees it. */
export interface Letter {
  /** By lower-case name, decoded. */
  readonly headers: ReadonlyMap<string, string>
  /** By content type, decoded. */
  readonly bodies: ReadonlyMap<string, string>
}

export function readLetter(raw: string): Letter {
  const { headers, body } = split(raw)
  const type = headers.get('content-type') ?? 'text/plain'
  const boundary = /boundary="([^"]+)"/.exec(type)?.[1]
  const parts = boundary === undefined ? [raw] : body.split(`--${boundary}`).slice(1, -1)
  const bodies = parts.map((part) => {
    const own = split(part.replace(/^\r\n/, ''))
    const kind = (own.headers.get('content-type') ?? 'text/plain').split(';')[0] ?? ''
    return [kind, decoded(own.body, own.headers.get('content-transfer-encoding'))] as const
  })
  return { headers, bodies: new Map(bodies) }
}

function split(raw: string): { readonly headers: ReadonlyMap<string, string>; readonly body: string } {
  const end = raw.indexOf('\r\n\r\n')
  const lines = raw
    .slice(0, end)
    .replaceAll(/\r\n[ \t]+/g, ' ')
    .split('\r\n')
  const headers = lines.map((line) => {
    const at = line.indexOf(':')
    return [line.slice(0, at).toLowerCase(), words(line.slice(at + 1).trim())] as const
  })
  return { headers: new Map(headers), body: raw.slice(end + 4) }
}

/** Encoded words after RFC 2047, whose neighbours stand together. */
function words(text: string): string {
  return text.replaceAll(/\?= =\?/g, '?==?').replaceAll(/(=\?utf-8\?[qb]\?[^?]*\?=)+/gi, (run) => {
    const pieces = [...run.matchAll(/=\?utf-8\?([qb])\?([^?]*)\?=/gi)].map(([, how = '', piece = '']) =>
      how.toLowerCase() === 'b' ? Buffer.from(piece, 'base64') : quoted(piece.replaceAll('_', ' ')),
    )
    return Buffer.concat(pieces).toString()
  })
}

function decoded(body: string, how = '7bit'): string {
  if (how === 'base64') return Buffer.from(body, 'base64').toString()
  return how === 'quoted-printable' ? quoted(body.replaceAll('=\r\n', '')).toString() : body
}

function quoted(text: string): Buffer {
  const pieces = text.split(/(=[0-9A-F]{2})/i)
  return Buffer.concat(
    pieces.map((piece, place) =>
      Buffer.from(place % 2 === 1 ? piece.slice(1) : piece, place % 2 === 1 ? 'hex' : 'utf8'),
    ),
  )
}
