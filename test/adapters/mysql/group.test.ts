import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { explainGroupError, namesGroup, parseGroup } from '../../../src/adapters/mysql/group.ts'
import { ProbeError } from '../../../src/adapters/mysql/probe-error.ts'
import type { Row } from '../../../src/adapters/mysql/row.ts'
import type { GroupFacts } from '../../../src/core/reading.ts'
import { listFixtures, loadGroupFixture } from './load-fixture.ts'
import { createServerError } from './server-errors.ts'

const NAME = '8a6b1d2e-1111-2222-3333-444455556666'
const NO_STATS =
  'no row of this member in the answer to SELECT * FROM performance_schema.replication_group_member_stats'

function parseFixture(name: string): GroupFacts {
  const { serverUuid, members, stats } = loadGroupFixture(name)
  return parseGroup({ server_uuid: serverUuid, group_replication_group_name: NAME }, members, stats)
}

describe('what real members say', () => {
  it('is understood whole', () => {
    const { serverUuid, members } = loadGroupFixture('online-secondary')
    expect(parseFixture('online-secondary')).toEqual({
      name: NAME,
      self: serverUuid,
      members: members.map((row) => ({
        id: row['MEMBER_ID'],
        address: `127.0.0.1:${row['MEMBER_PORT']}`,
        state: 'ONLINE',
        role: row['MEMBER_ROLE'],
      })),
      applierQueue: 0,
      certificationQueue: 0,
    })
  })

  it.each`
    fixture                      | state           | role           | others
    ${'online-primary'}          | ${'ONLINE'}     | ${'PRIMARY'}   | ${['ONLINE', 'ONLINE']}
    ${'online-secondary'}        | ${'ONLINE'}     | ${'SECONDARY'} | ${['ONLINE', 'ONLINE']}
    ${'recovering'}              | ${'RECOVERING'} | ${'SECONDARY'} | ${['ONLINE', 'ONLINE']}
    ${'offline'}                 | ${'OFFLINE'}    | ${null}        | ${[]}
    ${'error'}                   | ${'ERROR'}      | ${null}        | ${['ONLINE', 'ONLINE']}
    ${'primary-one-unreachable'} | ${'ONLINE'}     | ${'PRIMARY'}   | ${['ONLINE', 'UNREACHABLE']}
    ${'unreachable-majority'}    | ${'ONLINE'}     | ${'PRIMARY'}   | ${['UNREACHABLE', 'UNREACHABLE']}
  `('$fixture: $state, $role, the others $others', ({ fixture, state, role, others }) => {
    const { self, members } = parseFixture(fixture)
    expect(members.find(({ id }) => id === self)).toMatchObject({ state, role })
    expect(
      members
        .filter(({ id }) => id !== self)
        .map((member) => member.state)
        .sort(),
    ).toEqual(others)
  })

  it.each(listFixtures('mysql-9-group-'))('%s says where it comes from, and is understood', (name) => {
    const short = name.replace('mysql-9-group-', '')
    expect(loadGroupFixture(short).origin).not.toBe('')
    expect(() => parseFixture(short)).not.toThrow()
  })
})

describe('what members may say', () => {
  const variables = { server_uuid: 'a', group_replication_group_name: NAME }
  const online = {
    MEMBER_ID: 'a',
    MEMBER_HOST: 'db1',
    MEMBER_PORT: '3306',
    MEMBER_STATE: 'ONLINE',
    MEMBER_ROLE: 'PRIMARY',
  }
  const other = { ...online, MEMBER_ID: 'b', MEMBER_HOST: 'fd00::2', MEMBER_ROLE: 'SECONDARY' }
  const queues = {
    MEMBER_ID: 'a',
    COUNT_TRANSACTIONS_IN_QUEUE: '3',
    COUNT_TRANSACTIONS_REMOTE_IN_APPLIER_QUEUE: '7',
  }
  const parse = (member: Row, stats: Row = queues) =>
    parseGroup(variables, [{ ...online, ...member }, other], [stats])

  it('finds its own queues among those of all', () => {
    const strange = { ...queues, MEMBER_ID: 'b', COUNT_TRANSACTIONS_IN_QUEUE: '99' }
    expect(parseGroup(variables, [online, other], [strange, queues])).toMatchObject({
      applierQueue: 7,
      certificationQueue: 3,
    })
  })

  it('writes the address of an IPv6 host so that the port stands apart', () => {
    expect(parse({}).members.map(({ address }) => address)).toEqual(['db1:3306', '[fd00::2]:3306'])
  })

  it('knows itself by the row without an id, of a plugin that was not started', () => {
    const row = {
      MEMBER_ID: '',
      MEMBER_HOST: '',
      MEMBER_PORT: null,
      MEMBER_STATE: 'OFFLINE',
      MEMBER_ROLE: '',
    }
    expect(parseGroup(variables, [row], [])).toEqual({
      name: NAME,
      self: 'a',
      members: [{ id: 'a', address: '', state: 'OFFLINE', role: null }],
      applierQueue: 0,
      certificationQueue: 0,
    })
  })

  it('is a group without members when its plugin is gone', () => {
    expect(parseGroup(variables, [], [])).toMatchObject({ self: 'a', members: [] })
  })

  it.each`
    role           | expected       | why
    ${'PRIMARY'}   | ${'PRIMARY'}   | ${''}
    ${'SECONDARY'} | ${'SECONDARY'} | ${''}
    ${''}          | ${null}        | ${'not in the group'}
    ${null}        | ${null}        | ${'the same'}
    ${undefined}   | ${null}        | ${'MySQL 5.7 has no such column'}
  `('reads the role $role as $expected ($why)', ({ role, expected }) => {
    expect(parse({ MEMBER_ROLE: role }).members[0]?.role).toBe(expected)
  })

  it.each`
    member                          | stats                                                            | problem
    ${{ MEMBER_STATE: null }}       | ${queues}                                                        | ${'MEMBER_STATE is NULL'}
    ${{ MEMBER_STATE: undefined }}  | ${queues}                                                        | ${'no MEMBER_STATE in the answer'}
    ${{ MEMBER_ID: null }}          | ${queues}                                                        | ${'MEMBER_ID is NULL'}
    ${{ MEMBER_ROLE: 'ARBITER' }}   | ${queues}                                                        | ${'MEMBER_ROLE is "ARBITER"'}
    ${{ MEMBER_ROLE: 'SECONDARY' }} | ${{}}                                                            | ${NO_STATS}
    ${{}}                           | ${{ ...queues, MEMBER_ID: 'b' }}                                 | ${NO_STATS}
    ${{}}                           | ${{ ...queues, COUNT_TRANSACTIONS_IN_QUEUE: null }}              | ${'COUNT_TRANSACTIONS_IN_QUEUE is NULL'}
    ${{}}                           | ${{ ...queues, COUNT_TRANSACTIONS_REMOTE_IN_APPLIER_QUEUE: '' }} | ${'COUNT_TRANSACTIONS_REMOTE_IN_APPLIER_QUEUE is ""'}
    ${{}}                           | ${{ MEMBER_ID: 'a' }}                                            | ${'no COUNT_TRANSACTIONS_REMOTE_IN_APPLIER_QUEUE in the answer'}
  `('does not guess: $problem', ({ member, stats, problem }) => {
    expect(() => parse(member, stats)).toThrow(problem)
  })

  it.each(['RECOVERING', 'OFFLINE', 'ERROR', 'UNREACHABLE'])(
    'does without the queues of a %s member',
    (state) => {
      expect(parse({ MEMBER_STATE: state }, {})).toMatchObject({ applierQueue: 0, certificationQueue: 0 })
      expect(parse({ MEMBER_STATE: state })).toMatchObject({ applierQueue: 7, certificationQueue: 3 })
    },
  )

  it.each(Object.keys(variables))('misses %s', (name) => {
    expect(() => parseGroup({ ...variables, [name]: null }, [], [])).toThrow(`${name} is NULL`)
  })

  it('is read or refused, whatever it is', () => {
    const values = fc.option(fc.oneof(fc.string(), fc.double().map(String), fc.constantFrom('a', 'ONLINE')))
    const rows = fc.array(fc.dictionary(fc.constantFrom(...Object.keys({ ...online, ...queues })), values), {
      maxLength: 3,
    })
    fc.assert(
      fc.property(rows, rows, (members, stats) => {
        let facts: GroupFacts
        try {
          facts = parseGroup(
            variables,
            members.map((row) => ({ ...online, ...row })),
            stats,
          )
        } catch (error) {
          expect(error).toBeInstanceOf(ProbeError)
          return
        }
        expect(facts.applierQueue >= 0 && facts.certificationQueue >= 0).toBe(true)
      }),
    )
  })
})

it.each`
  name         | named
  ${NAME}      | ${true}
  ${''}        | ${false}
  ${null}      | ${false}
  ${undefined} | ${false}
`('a server with the group name $name is meant to be in one: $named', ({ name, named }) => {
  expect(namesGroup(name === undefined ? {} : { group_replication_group_name: name })).toBe(named)
})

it.each([1044, 1142, 1143])('error %i is a missing grant', (number) => {
  const denied = createServerError(number, 'SELECT command denied')
  expect(explainGroupError(denied)).toMatchObject({
    unseen: 'grant',
    message: 'state of the group denied: GRANT SELECT ON performance_schema.* is missing',
    cause: denied,
  })
})

it.each([[createServerError(1053, 'Server shutdown in progress')], [new Error('lost')], ['no error']])(
  'leaves %s as it is',
  (error) => {
    expect(explainGroupError(error)).toBe(error)
  },
)
