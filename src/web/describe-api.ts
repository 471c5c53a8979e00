import { z } from 'zod'
import { failure, logEvents, changes } from './contract.ts'
import type { Route } from './route.ts'

/** The API as OpenAPI 3.1, from the same table that serves it. */
export function describeApi(routes: readonly Route[], version: string): object {
  const paths: Record<string, Record<string, object>> = {}
  for (const route of routes) {
    const path = `/${route.path.replaceAll(/:(\w+)/g, '{$1}')}`
    const operations = (paths[path] ??= {})
    operations[route.method] = operationOf(route)
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Abeyance', version, description: 'Runs, jobs, their logs and what is done to them.' },
    servers: [{ url: '.', description: 'relative to where it is mounted' }],
    paths,
    components: {
      schemas: {
        failure: schemaOf(failure),
        changes: schemaOf(changes),
        ...Object.fromEntries(
          Object.entries(logEvents).map(([name, event]) => [`log-${name}`, schemaOf(event)]),
        ),
      },
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
    },
    security: [{ token: [] }],
  }
}

function operationOf({ method, path, summary, role, query, body, answer }: Route): object {
  const content =
    typeof answer === 'string' ? { [answer]: {} } : { 'application/json': { schema: schemaOf(answer) } }
  const parameters = [
    ...[...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
      name,
      in: 'path',
      required: true,
      schema: { type: 'string' },
    })),
    ...queryParameters(query),
  ]
  return {
    summary,
    ...(role === 'nobody' && { security: [] }),
    ...(parameters.length > 0 && { parameters }),
    ...(method === 'post' && {
      requestBody: { required: true, content: { 'application/json': { schema: schemaOf(body, 'input') } } },
    }),
    responses: {
      200: { description: 'What was asked for', content },
      default: {
        description: 'A refusal',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/failure' } } },
      },
    },
  }
}

function queryParameters(query: z.ZodType): readonly object[] {
  if (!(query instanceof z.ZodObject)) return []
  return Object.entries(query.shape).map(([name, schema]) => ({
    name,
    in: 'query',
    required: false,
    schema: schema instanceof z.ZodType ? schemaOf(schema, 'input') : {},
  }))
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output' = 'output'): object {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return rest
}
