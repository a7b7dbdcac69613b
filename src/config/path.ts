/** Where in a configuration file a value stands, and how a person calls that place. */

/** Keys and list indexes from the top of the file, as `['pools', 'ro', 'servers', 1]`. */
export type Path = readonly (string | number)[]

const LONGEST_QUOTE = 60

/** Text in double quotes, control characters escaped, cut when long. */
export function quote(text: string): string {
  return JSON.stringify(text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}...` : text)
}

/**
 * Names a place: `mysql.timeout`, `pool "ro"` or `pool "ro": max_lag`. List
 * indexes are left out, since the line number already tells them apart.
 */
export function describePath(path: Path): string {
  const keys = path.filter((step): step is string => typeof step === 'string')
  const [section, name, ...inner] = keys
  if (name === undefined || (section !== 'pools' && section !== 'servers')) return keys.join('.')
  const noun = `${section === 'pools' ? 'pool' : 'server'} ${quote(name)}`
  return inner.length === 0 ? noun : `${noun}: ${inner.join('.')}`
}

/** Whether the value there must never be shown to anybody. */
export function isSecretPath(path: Path): boolean {
  return path.findLast((step) => typeof step === 'string') === 'password'
}
