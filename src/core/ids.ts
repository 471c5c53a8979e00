// Every key of ours is a short string of digits or letters: a mix-up is the likely bug, so each kind is branded
// and made in this file alone. An application makes those that come back to it as text, in a path or a request, by
// `runId`, `jobKey` and `modulePath`; whether there is such a thing is for the workspace to say.

declare const brand: unique symbol
type Branded<Name extends string> = string & { readonly [brand]: Name }

/** The fingerprint of a module with everything upstream of it: 64 hex digits of SHA-256 (rule S1). */
export type Signature = Branded<'Signature'>
/** SHA-256 of a value, a file's content or a folder's content, 64 hex digits. */
export type Digest = Branded<'Digest'>
/** uuid v7: runs sort by the time they began. */
export type RunId = Branded<'RunId'>
/** What a job record is filed under: the signature, or run and module where a record belongs to its run (S4). */
export type JobKey = Branded<'JobKey'>
/** The deterministic name that a job carries with its scheduler: `j` and 12 characters of base32. */
export type Tag = Branded<'Tag'>
/** The scheduler's own name for a job. */
export type NativeId = Branded<'NativeId'>
/** A module's place in the unfolded pipeline: `outer/inner`, `digest[0]`. Never signed. */
export type ModulePath = Branded<'ModulePath'>
/** Names a workspace for ever, also after it moved; part of every tag. */
export type WorkspaceId = Branded<'WorkspaceId'>
/** Names a notice, so that a receiver can drop a repeat. */
export type NoticeId = Branded<'NoticeId'>

export const signature = (text: string) => text as Signature
export const digest = (text: string) => text as Digest
export const runId = (text: string) => text as RunId
export const jobKey = (text: string) => text as JobKey
export const tag = (text: string) => text as Tag
export const nativeId = (text: string) => text as NativeId
export const modulePath = (text: string) => text as ModulePath
export const workspaceId = (text: string) => text as WorkspaceId
export const noticeId = (text: string) => text as NoticeId
