import { AbeyanceError } from '../../core/error.ts'

/**
 * Puts in what stands for something in ssh's configuration: `%h` and its like, `%%`, and `${NAME}`, which is empty where
 * the environment has no such variable. Error: `invalid-configuration` for a `%` sign that we do not know.
 */
export function expandWords(
  text: string,
  tokens: Readonly<Record<string, string>>,
  environment: Readonly<Record<string, string | undefined>> = {},
): string {
  return text.replace(
    /%(.?)|\$\{(\w+)\}/gs,
    (found, token: string | undefined, variable: string | undefined) => {
      if (variable !== undefined) return environment[variable] ?? ''
      const value = token === '%' ? '%' : tokens[token ?? '']
      if (value !== undefined) return value
      throw new AbeyanceError(
        'invalid-configuration',
        `"${text}" in ssh's configuration has ${found}, which is not known here; write it out`,
      )
    },
  )
}
