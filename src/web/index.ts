// The door of `abeyance/web`, name by name.

export { web, type Web, type WebOptions } from './web.ts'
export type { Role } from './role.ts'
export type * from './contract.ts'
export type * from './host-contract.ts'
