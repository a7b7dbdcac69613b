import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  GALERA_STATUS_STATEMENT,
  isReplicating,
  namesProvider,
  parseGalera,
} from '../../../src/adapters/mysql/galera.ts'
import { ProbeError } from '../../../src/adapters/mysql/probe-error.ts'
import type { Row } from '../../../src/adapters/mysql/row.ts'
import type { GaleraFacts } from '../../../src/core/reading.ts'
import { listFixtures, loadGaleraFixture } from './load-fixture.ts'

const synced = loadGaleraFixture('synced')

function parseFixture(name: string): GaleraFacts {
  const { status, variables } = loadGaleraFixture(name)
  return parseGalera(status, variables)
}

describe('what real nodes say', () => {
  it('is understood whole', () => {
    expect(parseFixture('synced')).toEqual({
      isPrimaryComponent: true,
      localState: 4,
      localStateComment: 'Synced',
      isReady: true,
      isConnected: true,
      isDesynced: false,
      rejectsQueries: false,
      donorRejectsQueries: false,
      flowControlPaused: 0,
      receiveQueue: 0,
      maintenance: null,
      clusterSize: 3,
      stateUuid: synced.status['wsrep_cluster_state_uuid'],
      viewNumber: Number(synced.status['wsrep_cluster_conf_id']),
      lastCommitted: Number(synced.status['wsrep_last_committed']),
      uptime: 3600,
    })
  })

  it.each`
    fixture                        | primary  | state | ready    | desynced | rejects  | size | hasView
    ${'synced'}                    | ${true}  | ${4}  | ${true}  | ${false} | ${false} | ${3} | ${true}
    ${'desync'}                    | ${true}  | ${2}  | ${true}  | ${true}  | ${false} | ${3} | ${true}
    ${'donor'}                     | ${true}  | ${2}  | ${true}  | ${false} | ${false} | ${3} | ${true}
    ${'rejecting-queries'}         | ${true}  | ${4}  | ${true}  | ${false} | ${true}  | ${3} | ${true}
    ${'non-primary'}               | ${false} | ${0}  | ${false} | ${false} | ${false} | ${1} | ${false}
    ${'non-primary-majority-lost'} | ${false} | ${0}  | ${false} | ${false} | ${false} | ${1} | ${false}
  `('$fixture: primary $primary, state $state, ready $ready', (row) => {
    const facts = parseFixture(row.fixture)
    expect(facts.viewNumber !== -1).toBe(row.hasView)
    expect(facts).toMatchObject({
      isPrimaryComponent: row.primary,
      localState: row.state,
      isReady: row.ready,
      isDesynced: row.desynced,
      rejectsQueries: row.rejects,
      clusterSize: row.size,
    })
  })

  it.each(listFixtures('galera-'))('%s says where it comes from, and is understood', (name) => {
    const { origin, status, variables } = loadGaleraFixture(name.replace('galera-10.11-', ''))
    expect(origin).not.toBe('')
    expect(() => parseGalera(status, variables)).not.toThrow()
  })

  it('is asked for by name', () => {
    expect(GALERA_STATUS_STATEMENT).toMatch(
      /^SHOW STATUS WHERE Variable_name IN \('Uptime', 'wsrep_cluster_conf_id', /,
    )
  })
})

describe('what nodes may say', () => {
  const parse = (status: Row, variables: Row = {}) =>
    parseGalera({ ...synced.status, ...status }, { ...synced.variables, ...variables })

  it.each`
    name                           | value                     | expected
    ${'wsrep_cluster_status'}      | ${'PRIMARY'}              | ${{ isPrimaryComponent: true }}
    ${'wsrep_cluster_status'}      | ${'Disconnected'}         | ${{ isPrimaryComponent: false }}
    ${'wsrep_cluster_status'}      | ${''}                     | ${{ isPrimaryComponent: false }}
    ${'wsrep_connected'}           | ${'OFF'}                  | ${{ isConnected: false }}
    ${'wsrep_local_state_comment'} | ${'Joining:\n receiving'} | ${{ localStateComment: 'Joining: receiving' }}
    ${'wsrep_flow_control_paused'} | ${'2.5e-05'}              | ${{ flowControlPaused: 0.000025 }}
    ${'wsrep_flow_control_paused'} | ${'1.0001'}               | ${{ flowControlPaused: 1 }}
    ${'wsrep_cluster_conf_id'}     | ${'-1'}                   | ${{ viewNumber: -1 }}
    ${'wsrep_cluster_conf_id'}     | ${'18446744073709551615'} | ${{ viewNumber: -1 }}
    ${'wsrep_last_committed'}      | ${'18446744073709551615'} | ${{ lastCommitted: -1 }}
    ${'wsrep_local_recv_queue'}    | ${'812'}                  | ${{ receiveQueue: 812 }}
    ${'wsrep_cluster_state_uuid'}  | ${''}                     | ${{ stateUuid: '' }}
  `('$name $value is $expected', ({ name, value, expected }) => {
    expect(parse({ [name]: value })).toMatchObject(expected)
  })

  it.each`
    name                                 | value            | expected
    ${'wsrep_on'}                        | ${'1'}           | ${{}}
    ${'wsrep_desync'}                    | ${'1'}           | ${{ isDesynced: true }}
    ${'wsrep_desync'}                    | ${'0'}           | ${{ isDesynced: false }}
    ${'wsrep_reject_queries'}            | ${'ALL_KILL'}    | ${{ rejectsQueries: true }}
    ${'wsrep_reject_queries'}            | ${'none'}        | ${{ rejectsQueries: false }}
    ${'wsrep_sst_donor_rejects_queries'} | ${'1'}           | ${{ donorRejectsQueries: true }}
    ${'pxc_maint_mode'}                  | ${'DISABLED'}    | ${{ maintenance: null }}
    ${'pxc_maint_mode'}                  | ${'SHUTDOWN'}    | ${{ maintenance: 'SHUTDOWN' }}
    ${'pxc_maint_mode'}                  | ${'MAINTENANCE'} | ${{ maintenance: 'MAINTENANCE' }}
  `('variable $name $value is $expected', ({ name, value, expected }) => {
    expect(parse({}, { [name]: value })).toMatchObject(expected)
  })

  it.each`
    name                           | value      | problem
    ${'wsrep_cluster_status'}      | ${null}    | ${'wsrep_cluster_status is NULL'}
    ${'wsrep_local_state'}         | ${'four'}  | ${'wsrep_local_state is "four"'}
    ${'wsrep_local_state'}         | ${'-1'}    | ${'wsrep_local_state is "-1"'}
    ${'wsrep_ready'}               | ${'maybe'} | ${'wsrep_ready is "maybe"'}
    ${'wsrep_ready'}               | ${''}      | ${'wsrep_ready is ""'}
    ${'wsrep_flow_control_paused'} | ${'nan'}   | ${'wsrep_flow_control_paused is "nan"'}
    ${'wsrep_cluster_conf_id'}     | ${'-2'}    | ${'wsrep_cluster_conf_id is "-2"'}
    ${'wsrep_local_recv_queue'}    | ${''}      | ${'wsrep_local_recv_queue is ""'}
  `('does not guess: $problem', ({ name, value, problem }) => {
    expect(() => parse({ [name]: value })).toThrow(problem)
  })

  it.each`
    name                      | value    | problem
    ${'wsrep_on'}             | ${'0'}   | ${'wsrep_on is OFF on a node of a cluster: what is written here stays here'}
    ${'wsrep_on'}             | ${'OFF'} | ${'wsrep_on is OFF on a node of a cluster: what is written here stays here'}
    ${'wsrep_desync'}         | ${null}  | ${'wsrep_desync is NULL'}
    ${'wsrep_reject_queries'} | ${null}  | ${'wsrep_reject_queries is NULL'}
    ${'pxc_maint_mode'}       | ${null}  | ${'pxc_maint_mode is NULL'}
  `('does not guess at a variable: $problem', ({ name, value, problem }) => {
    expect(() => parse({}, { [name]: value })).toThrow(problem)
  })

  const asked = [...GALERA_STATUS_STATEMENT.matchAll(/'(\w+)'/g)].map(([, name]) => name as string)
  it.each(asked)('misses %s', (name) => {
    expect(() => parseGalera(omit(synced.status, name), synced.variables)).toThrow(`no ${name} in the answer`)
  })

  it.each(['wsrep_desync', 'wsrep_reject_queries'])('misses the variable %s', (name) => {
    expect(() => parseGalera(synced.status, omit(synced.variables, name))).toThrow(`no ${name} in the answer`)
  })

  it('does without the variables that only some builds have', () => {
    const variables = omit(omit(synced.variables, 'wsrep_on'), 'wsrep_sst_donor_rejects_queries')
    expect(parseGalera(synced.status, variables)).toMatchObject({ donorRejectsQueries: false })
  })

  it('is read or refused, whatever it is', () => {
    const values = fc.option(
      fc.oneof(fc.string(), fc.double().map(String), fc.constantFrom('ON', 'OFF', '-1')),
    )
    const rows = fc.dictionary(
      fc.constantFrom(...asked, 'wsrep_on', 'wsrep_desync', 'pxc_maint_mode'),
      values,
    )
    fc.assert(
      fc.property(rows, rows, (status, variables) => {
        let facts: GaleraFacts
        try {
          facts = parse(status, variables)
        } catch (error) {
          expect(error).toBeInstanceOf(ProbeError)
          return
        }
        expect(facts.flowControlPaused >= 0 && facts.flowControlPaused <= 1).toBe(true)
        expect(facts.receiveQueue >= 0 && facts.viewNumber >= -1 && facts.lastCommitted >= -1).toBe(true)
      }),
    )
  })
})

describe('a server', () => {
  it.each`
    provider                              | named    | why
    ${'/usr/lib/galera/libgalera_smm.so'} | ${true}  | ${'a library'}
    ${'none'}                             | ${false} | ${'MariaDB without Galera, seen with 10.11'}
    ${'NONE'}                             | ${false} | ${'the same'}
    ${''}                                 | ${false} | ${'nothing'}
    ${null}                               | ${false} | ${'nothing'}
    ${undefined}                          | ${false} | ${'MySQL has no wsrep'}
  `('with the provider $provider names one: $named ($why)', ({ provider, named }) => {
    expect(namesProvider(provider === undefined ? {} : { wsrep_provider: provider })).toBe(named)
  })

  it.each`
    on           | replicating | why
    ${'ON'}      | ${true}     | ${'a node'}
    ${'OFF'}     | ${false}    | ${'what packages set'}
    ${undefined} | ${true}     | ${'no global variable in Percona XtraDB Cluster'}
  `('with wsrep_on $on replicates: $replicating ($why)', ({ on, replicating }) => {
    expect(isReplicating(on === undefined ? {} : { wsrep_on: on })).toBe(replicating)
  })
})

function omit(row: Row, name: string): Row {
  return Object.fromEntries(Object.entries(row).filter(([key]) => key !== name))
}
