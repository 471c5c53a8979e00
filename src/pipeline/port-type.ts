/** The kinds that documents know and connections are checked by; a list of one of them is written `[file]`. */
export type PortType = PlainType | readonly [PortType]
export type PlainType = 'file' | 'folder' | 'string' | 'number' | 'integer' | 'boolean' | 'json'

export const plainTypes: readonly PlainType[] = [
  'file',
  'folder',
  'string',
  'number',
  'integer',
  'boolean',
  'json',
]
