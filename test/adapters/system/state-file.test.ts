import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createStateFile } from '../../../src/adapters/system/state-file.ts'
import { formatState } from '../../../src/adapters/system/state-format.ts'
import { type Instant, monotonicMs, wallMs } from '../../../src/core/units.ts'
import { fleet, instant, lagging, primary, readers, unseen, writers } from '../../core/builders.ts'

let directory: string
let reports: string[]

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'poolguard-state-'))
  reports = []
})
afterEach(() => rmSync(directory, { recursive: true }))

const store = (where = directory) => createStateFile(where, (sentence) => reports.push(sentence))
const file = () => path.join(directory, 'fleet.json')

/** The same wall time as `instant(seconds)`, in a process whose monotonic clock began elsewhere. */
function afterRestart(seconds: number, monotonic: number): Instant {
  return { monotonic: monotonicMs(monotonic), wall: wallMs(instant(seconds).wall) }
}

function anyFleet() {
  const world = fleet(readers(['db1', 'db2'], { ramp: 20, rise: 2, fall: 2 }), writers(['db1', 'db2']))
  world.advance(1, { db1: primary(1), db2: lagging(20, 1) })
  world.advance(1.5, { db2: lagging(1, 1.5) })
  world.advance(2, { db2: lagging(1, 2) })
  world.advance(2.5, { db2: unseen(2.5) })
  return world
}

describe('the state file', () => {
  it('brings verdicts, damping and sight into a process with another clock', async () => {
    const world = anyFleet()
    await store().save(world.state(), instant(3))
    const loaded = store().load(afterRestart(13, 500))
    const member = loaded?.members.get('ro/db2')
    expect(member?.verdict).toEqual(world.verdict('ro/db2'))
    expect(member?.since).toBe(world.state().members.get('ro/db2')?.since)
    expect(member?.damping).toEqual({ in: true, streak: 1, countedAt: -10_000, rampSince: -10_500 })
    expect(member?.inSince).toBe(-10_500)
    expect(loaded?.members.get('ro/db1')?.inSince).toBeNull()
    expect(loaded?.sights.get('db2')).toEqual({
      reading: null,
      seenAt: -10_500,
      writable: false,
      cluster: null,
      startedAt: null,
      lag: { seconds: 1, at: -10_500 },
    })
    expect(loaded?.sights.get('db1')?.writable).toBe(true)
    expect(loaded?.members.size).toBe(4)
    expect(reports).toEqual([])
  })

  it('takes moments that a clock set back has put into the future for now', async () => {
    await store().save(anyFleet().state(), instant(3))
    const loaded = store().load(afterRestart(0, 500))
    expect(loaded?.members.get('ro/db2')?.damping.countedAt).toBe(500)
  })

  it('is nothing to speak of when there is none', () => {
    expect(store().load(instant(0))).toBeNull()
    expect(reports).toEqual([])
  })

  it('is made with its directory', async () => {
    const below = path.join(directory, 'a', 'b')
    await store(below).save(anyFleet().state(), instant(3))
    expect(store(below).load(instant(3))).not.toBeNull()
  })

  it('holds the latest of many states saved at once', async () => {
    const world = anyFleet()
    const state = store()
    const saves = [3, 4, 5].map((seconds) => state.save(world.state(), instant(seconds)))
    await Promise.all(saves)
    expect(JSON.parse(readFileSync(file(), 'utf8')).savedAt).toBe(instant(5).wall)
  })

  const whole = formatState(anyFleet().state(), instant(3))
  it.each([
    ['empty', ''],
    ['cut short', whole.slice(0, -20)],
    ['not JSON', 'hello'],
    ['JSON of another kind', '[1, 2]'],
    ['of another version', whole.replace('"version":1', '"version":2')],
    ['with a weight of 101', whole.replaceAll('"weightPercent":100', '"weightPercent":101')],
    ['with a key too many', whole.replace('{', '{"extra":1,')],
    ['with a null that must not be', whole.replaceAll('"state":"up"', '"state":null')],
  ])('is reported and ignored when it is %s', (_what, text) => {
    expect(text).not.toBe(whole)
    writeFileSync(file(), text)
    expect(store().load(instant(3))).toBeNull()
    expect(reports).toHaveLength(1)
    expect(reports[0]).toMatch(/fleet\.json: ignored, it is not a state file of this version: /)
  })

  it('is reported and ignored when it is old', async () => {
    await store().save(anyFleet().state(), instant(3))
    expect(store().load(afterRestart(903, 0))).not.toBeNull()
    expect(store().load(afterRestart(904, 0))).toBeNull()
    expect(reports).toEqual([`${file()}: ignored, it is 901s old, over 15m`])
  })

  it('is reported when it cannot be read', () => {
    mkdirSync(file())
    expect(store().load(instant(0))).toBeNull()
    expect(reports[0]).toMatch(/fleet\.json: cannot be read, starting without memory: EISDIR/)
  })

  it('is reported once when it cannot be written, and again after it could be', async () => {
    const state = store()
    const save = () => state.save(anyFleet().state(), instant(3))
    mkdirSync(file())
    await save()
    await save()
    expect(reports).toHaveLength(1)
    expect(reports[0]).toMatch(/fleet\.json: cannot be written, a restart will start without memory: /)
    rmSync(file(), { recursive: true })
    await save()
    rmSync(file())
    mkdirSync(file())
    await save()
    expect(reports).toHaveLength(2)
  })
})
