/** One server-sent event. `id` is what a reader sends back as `Last-Event-ID` to go on behind it. */
export interface ServerEvent {
  readonly name: string
  readonly data: string
  readonly id?: string
}

/** Reads events from text as it comes, in pieces of any size; what is not whole yet is kept. */
export function eventReader(): (text: string) => readonly ServerEvent[] {
  let rest = ''
  return (text) => {
    const blocks = (rest + text).split(/\r?\n\r?\n/)
    rest = blocks.pop() ?? ''
    return blocks.flatMap((block) => readBlock(block) ?? [])
  }
}

function readBlock(block: string): ServerEvent | undefined {
  const fields = new Map<string, string>()
  for (const line of block.split(/\r?\n/)) {
    const [, name, value = ''] = /^([^:]+)(?::\x20?(.*))?$/.exec(line) ?? []
    if (name === undefined) continue
    const before = name === 'data' ? fields.get('data') : undefined
    fields.set(name, before === undefined ? value : `${before}\n${value}`)
  }
  if (fields.size === 0) return undefined
  const id = fields.get('id')
  return {
    name: fields.get('event') ?? 'message',
    data: fields.get('data') ?? '',
    ...(id !== undefined && { id }),
  }
}
