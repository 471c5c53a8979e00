/** Why a state changed; kept with the change. `text` is what was seen, raw. */
export interface Evidence {
  readonly from: 'exit-file' | 'accounting' | 'scheduler' | 'host' | 'user' | 'engine'
  readonly text: string
}
