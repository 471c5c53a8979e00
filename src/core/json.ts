/** What JSON can hold, and nothing else: no undefined, NaN, bigint, Map or cycle. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject
export interface JsonObject {
  readonly [key: string]: Json
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Parses text that another process or an earlier version wrote. */
export function parseJson(text: string): Json {
  return JSON.parse(text) as Json
}
