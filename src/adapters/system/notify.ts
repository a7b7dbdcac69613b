/** Tells systemd that the service is ready, where systemd asked to be told. */

import { execFile } from 'node:child_process'

/**
 * Node cannot write to a unix datagram socket, so `systemd-notify` does; the
 * unit therefore needs `NotifyAccess=all`. Without `NOTIFY_SOCKET` nothing happens.
 */
export function notifySystemd(
  message: string,
  env: Readonly<Record<string, string | undefined>>,
  onError: (error: Error) => void,
): void {
  if (!env['NOTIFY_SOCKET']) return
  execFile('systemd-notify', [message], { timeout: 5000 }, (error) => {
    if (error) onError(error)
  })
}
