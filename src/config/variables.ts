/** `${NAME}` in configuration strings. */

export type Environment = Readonly<Record<string, string | undefined>>

export interface Expansion {
  readonly text: string
  /** Sentences about what could not be expanded; they hold names, never values. */
  readonly faults: readonly string[]
}

const REFERENCE = /\$\$\{|\$\{(?:([A-Za-z_][A-Za-z0-9_]*)\})?/g

/**
 * Puts the environment's values in place of `${NAME}`; `$${` becomes `${`.
 *
 * What comes out of a variable is not expanded again. A variable that is set
 * but empty gives an empty text; one that is not set is a fault.
 */
export function expandVariables(text: string, env: Environment): Expansion {
  const faults: string[] = []
  const expanded = text.replace(REFERENCE, (match: string, name: string | undefined) => {
    if (match === '$${') return '${'
    if (name === undefined) {
      faults.push('"${" needs a variable name and a closing brace after it, write "$${" to mean it literally')
      return match
    }
    const value = Object.hasOwn(env, name) ? env[name] : undefined
    if (value === undefined) faults.push(`environment variable ${name} is not set`)
    return value ?? match
  })
  return { text: expanded, faults }
}
