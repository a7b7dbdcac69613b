/** An error as mysql2 makes it of a server's error packet. */
export function createServerError(errno: number, sqlMessage: string): Error {
  return Object.assign(new Error(sqlMessage), { errno, sqlMessage, sqlState: 'HY000', code: `ER_${errno}` })
}

/** An error as Node makes it of a failed system call or lookup. */
export function createSystemError(code: string, message = `connect ${code}`): Error {
  return Object.assign(new Error(message), { code, errno: -1, syscall: 'connect' })
}
