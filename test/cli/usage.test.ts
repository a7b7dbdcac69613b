import { expect, it } from 'vitest'
import { run } from './run.ts'

it.each`
  words                                           | message
  ${['lst']}                                      | ${'unknown command "lst", did you mean "list"?'}
  ${['frobnicate']}                               | ${'unknown command "frobnicate"'}
  ${['--socket', '/x.sock', 'show', 'ro/db1']}    | ${'options go after the command, as in poolguard show --help'}
  ${['list', 'ro']}                               | ${'list takes no arguments'}
  ${['list', '-o', 'xml']}                        | ${/argument 'xml' is invalid\. Allowed choices are table, json, tsv/}
  ${['list', '--nope']}                           | ${"unknown option '--nope'"}
  ${['show']}                                     | ${"missing required argument 'pool/server'"}
  ${['show', 'db1']}                              | ${'"db1" is not POOL/SERVER, such as ro/db1'}
  ${['show', 'ro/']}                              | ${'"ro/" is not POOL/SERVER, such as ro/db1'}
  ${['show', 'a/b/c']}                            | ${'"a/b/c" is not POOL/SERVER, such as ro/db1'}
  ${['explain', 'ro/db1\u001b']}                  | ${'"ro/db1\\u001b" is not POOL/SERVER'}
  ${['explain', 'ro/db1', 'ro/db2']}              | ${/too many arguments/}
  ${['reload', '--socket']}                       | ${/argument missing/}
  ${['config', 'chekc']}                          | ${/unknown command 'chekc'/}
  ${['render', 'haproxy', '--port', 'ro']}        | ${/not pool=port/}
  ${['render', 'haproxy', '--port', 'ro=0']}      | ${/from 1 to 65535/}
  ${['render', 'haproxy', '--agent-inter', '1']}  | ${/not a duration/}
  ${['render', 'haproxy', '--bind', 'a b']}       | ${/not an address/}
  ${['render', 'haproxy', '--stats-socket', 'x']} | ${/not an absolute path/}
  ${['render', 'grants', '--family', 'oracle']}   | ${/Allowed choices are mariadb, mariadb-10.4, mysql/}
`('calls $words wrong usage', async ({ words, message }) => {
  const { status, out, err } = await run(words)
  expect({ status, out }).toEqual({ status: 64, out: '' })
  expect(err).toMatch(/^poolguard: /)
  expect(err).toMatch(message)
})

it.each([['config'], ['render']])('prints what there is when only %s is said', async (word) => {
  expect(await run([word])).toMatchObject({
    status: 64,
    out: '',
    err: expect.stringContaining(`Usage: poolguard ${word}`),
  })
})

it('helps on standard output, with examples', async () => {
  const { status, out, err } = await run(['--help'])
  expect({ status, err }).toEqual({ status: 0, err: '' })
  expect(out).toContain('Examples:\n  poolguard ')
  for (const command of ['list', 'show', 'explain', 'config', 'render', 'run', 'reload', 'version']) {
    expect(out).toMatch(new RegExp(`^ {2}${command} `, 'm'))
  }
  expect(await run(['help', 'render'])).toMatchObject({ status: 0, out: expect.stringContaining('haproxy') })
})
