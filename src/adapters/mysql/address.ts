/** Host and port of a server, so that the port stands apart from an IPv6 address; empty without a host. */
export function formatAddress(host: string, port: string): string {
  if (host === '') return ''
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}
