/** As in package.json, which a test keeps equal: the built files do not carry it along. */
export const VERSION = '0.1.0'
