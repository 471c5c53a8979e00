import { z } from 'zod'
import type { Role } from './role.ts'

/** What a route is handed: who asks, and what was asked, checked. */
export interface Asked<Q, B> {
  /** A part of the path, decoded. */
  param(name: string): string
  readonly query: Q
  readonly body: B
  readonly request: Request
  /** Aborted when the client goes, or the whole is closed. */
  readonly signal: AbortSignal
}

export interface RouteShape<Q extends z.ZodType, B extends z.ZodType> {
  readonly method: 'get' | 'post' | 'delete'
  /** Relative to where the page is mounted: `api/jobs/:key`. */
  readonly path: string
  readonly summary: string
  /** The least that one must be to ask. */
  readonly role: Role
  readonly query: Q
  readonly body: B
  /** What is answered: JSON of this shape, or bytes of this type. */
  readonly answer: z.ZodType | 'text/event-stream' | 'application/octet-stream' | 'text/plain'
  /** Of the body; 4 MiB when not given. */
  readonly mostBytes?: number
  /** An empty body stands for `{}`, except where that would say something. */
  readonly mustSayBody?: true
  handle(asked: Asked<z.output<Q>, z.output<B>>): Promise<Response | object>
}

/** A route as the table has it: declared for the description, and served from text. */
export interface Route extends Omit<RouteShape<z.ZodType, z.ZodType>, 'handle'> {
  serve(
    raw: Omit<Asked<unknown, unknown>, 'param'> & { readonly params: Readonly<Record<string, string>> },
  ): Promise<Response | object>
}

/** Nothing is asked beside the path. */
export const nothing = z.strictObject({})

export function route<Q extends z.ZodType, B extends z.ZodType>(shape: RouteShape<Q, B>): Route {
  const { handle, ...declared } = shape
  return {
    ...declared,
    async serve({ params, query, body, request, signal }) {
      return handle({
        param: (name) => params[name] ?? '',
        query: shape.query.parse(query),
        body: shape.body.parse(body),
        request,
        signal,
      })
    },
  }
}
