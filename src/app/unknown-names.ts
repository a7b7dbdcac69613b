/** Logs each name once; after a thousand names nobody learns anything more. */

const MOST_NAMES = 1000

export function logOncePerName(log: (name: string) => void): (name: string) => void {
  const known = new Set<string>()
  return (name) => {
    if (known.has(name) || known.size >= MOST_NAMES) return
    known.add(name)
    log(name)
  }
}
