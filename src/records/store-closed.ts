import { AbeyanceError } from '../core/error.ts'

/** What every call of a closed store is refused with. */
export function storeClosed(): AbeyanceError {
  return new AbeyanceError('store-closed', 'the record store is closed; open the workspace again')
}
