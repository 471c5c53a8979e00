import type { Context, Link, SpanContext } from '@opentelemetry/api'
import type { RunId } from '../core/ids.ts'
import type { SpanFacts } from './span-facts.ts'

/** Hands spans to the tracer that the application has registered; each is whole when it is made. */
export interface SpanWriter {
  /** In the trace of its run, or in one of its own; `after`: spans that it goes on from. */
  write(facts: SpanFacts, run: RunId | undefined, after?: readonly SpanContext[]): SpanContext
}

/** Nothing where the package is not installed. */
export async function openSpanWriter(version: string): Promise<SpanWriter | undefined> {
  const api = await import('@opentelemetry/api').catch(() => undefined)
  if (!api) return undefined
  const { ROOT_CONTEXT, SpanStatusCode, trace, TraceFlags } = api
  const tracer = trace.getTracer('abeyance', version)
  const write = (facts: SpanFacts, context: Context, links: readonly Link[]): SpanContext => {
    const { name, start, end, attributes, error, children = [] } = facts
    const span = tracer.startSpan(name, { startTime: start, attributes, links: [...links] }, context)
    const inIt = trace.setSpan(context, span)
    for (const child of children) write(child, inIt, [])
    if (error !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: error })
    span.end(end)
    return span.spanContext()
  }
  return {
    write(facts, run, after = []) {
      const context =
        run === undefined
          ? ROOT_CONTEXT
          : trace.setSpanContext(ROOT_CONTEXT, {
              ...traceOf(run),
              traceFlags: TraceFlags.SAMPLED,
              isRemote: true,
            })
      return write(
        facts,
        context,
        after.map((spanContext) => ({ context: spanContext })),
      )
    },
  }
}

/**
 * The trace of a run follows from its id, so that processes that drive it one after the other, on whatever machine, write into one
 * trace, and a person who has the run has the trace: the id without its dashes. Its parts hang below an id that no span has.
 */
export function traceOf(run: RunId): { readonly traceId: string; readonly spanId: string } {
  const traceId = run.replaceAll('-', '').toLowerCase()
  return { traceId, spanId: traceId.slice(16) }
}
