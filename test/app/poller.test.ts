import { expect, it } from 'vitest'
import { createPoller } from '../../src/app/poller.ts'
import type { Reading } from '../../src/core/reading.ts'
import { lagging, unseen } from '../core/builders.ts'
import { createHandClock } from '../lab/hand-clock.ts'
import { createScriptedProbe } from './scripted-probe.ts'

/** A poller of one server, every second, with a jitter of the test's choice. */
function start(random = 0.5) {
  const clock = createHandClock()
  const probe = createScriptedProbe()
  const heard: { readonly reading: Reading; readonly took: number }[] = []
  const poller = createPoller({
    server: 'db1',
    probe,
    interval: 1,
    clock,
    random: () => random,
    onReading: (_server, reading, took) => heard.push({ reading, took }),
  })
  poller.start()
  const now = () => clock.now().monotonic / 1000
  return { clock, probe, poller, heard, now }
}

it('reads at once, and again an interval after the last reading began', async () => {
  const { clock, probe, heard } = start()
  expect(probe.reads()).toBe(1)
  clock.advance(0.25)
  await probe.answer(lagging(0, 0))
  expect(heard).toEqual([{ reading: lagging(0, 0), took: 0.25 }])
  clock.advance(0.749)
  expect(probe.isReading()).toBe(false)
  clock.advance(0.001)
  expect(probe.isReading()).toBe(true)
})

it.each([
  [0, 0.9],
  [0.999, 1.0998],
])('jitters by a tenth: a random %s means every %s s', async (random, interval) => {
  const { clock, probe } = start(random)
  await probe.answer(lagging(0, 0))
  clock.advance(interval - 0.001)
  expect(probe.reads()).toBe(1)
  clock.advance(0.002)
  expect(probe.reads()).toBe(2)
})

it('never overlaps: a reading longer than the interval is followed at once, not joined', async () => {
  const { clock, probe } = start()
  clock.advance(5)
  expect(probe.reads()).toBe(1)
  await probe.answer(unseen(0))
  clock.advance(0)
  expect(probe.reads()).toBe(2)
})

it('slows down after three failures in a row, to once in two seconds, and recovers at once', async () => {
  const { clock, probe, now } = start()
  const pauses: number[] = []
  for (let reading = 0; reading < 7; reading += 1) {
    const before = now()
    await probe.answer(unseen(before))
    while (!probe.isReading()) clock.advance(0.1)
    pauses.push(Math.round(now() - before))
  }
  expect(pauses).toEqual([1, 1, 1, 2, 2, 2, 2])
  await probe.answer(lagging(0, now()))
  clock.advance(1)
  expect(probe.isReading()).toBe(true)
})

it('reads now when it is told to', async () => {
  const { clock, probe, poller } = start()
  await probe.answer(lagging(0, 0))
  poller.readNow()
  expect(probe.reads()).toBe(2)
  await probe.answer(lagging(0, 0.1))
  clock.advance(0.99)
  expect(probe.reads()).toBe(2)
})

it('reads once more right after a reading that was under way when it was told to', async () => {
  const { clock, probe, poller } = start()
  poller.readNow()
  expect(probe.reads()).toBe(1)
  await probe.answer(lagging(0, 0))
  clock.advance(0)
  expect(probe.reads()).toBe(2)
})

it('ends for good: no reading is heard of and none is begun', async () => {
  const { clock, probe, poller, heard } = start()
  poller.stop()
  expect(probe.isClosed()).toBe(true)
  await probe.answer(lagging(0, 0))
  clock.advance(10)
  poller.readNow()
  expect(heard).toEqual([])
  expect(probe.reads()).toBe(1)
  expect(clock.pending()).toBe(0)
})
