/** What somebody who asks may do: nothing, read, or also change. */
export type Role = 'nobody' | 'reader' | 'changer'

const order: readonly Role[] = ['nobody', 'reader', 'changer']

export function mayAct(role: Role, least: Role): boolean {
  return order.indexOf(role) >= order.indexOf(least)
}
