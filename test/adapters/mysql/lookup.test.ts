import type { LookupAddress } from 'node:dns'
import { expect, it } from 'vitest'
import { createLookup } from '../../../src/adapters/mysql/lookup.ts'

interface Question {
  readonly name: string
  answer(addresses: readonly LookupAddress[]): void
  fail(error: Error): void
}

function createResolver() {
  const questions: Question[] = []
  const resolve = (name: string) =>
    new Promise<readonly LookupAddress[]>((answer, fail) => questions.push({ name, answer, fail }))
  return { questions, resolve }
}

function ask(lookup: ReturnType<typeof createLookup>, all: boolean): Promise<unknown> {
  return new Promise((resolve, reject) => {
    lookup('db1', { all }, (error, addresses, family) => {
      if (error === null) resolve(family === undefined ? addresses : { addresses, family })
      else reject(error)
    })
  })
}

const ADDRESSES = [
  { address: '10.0.0.11', family: 4 },
  { address: 'fd00::11', family: 6 },
]

it('asks nothing while the question before it is without an answer', async () => {
  const { questions, resolve } = createResolver()
  const lookup = createLookup(resolve)
  const answers = [ask(lookup, true), ask(lookup, true), ask(lookup, false)]
  expect(questions).toHaveLength(1)
  questions[0]?.answer(ADDRESSES)
  expect(await Promise.all(answers)).toEqual([ADDRESSES, ADDRESSES, { addresses: '10.0.0.11', family: 4 }])
})

it('asks anew for every connection after that', async () => {
  const { questions, resolve } = createResolver()
  const lookup = createLookup(resolve)
  const first = ask(lookup, true)
  questions[0]?.answer(ADDRESSES)
  await first
  const second = ask(lookup, true)
  questions[1]?.fail(new Error('no such name'))
  await expect(second).rejects.toThrow('no such name')
  const third = ask(lookup, true)
  questions[2]?.answer(ADDRESSES)
  expect(await third).toEqual(ADDRESSES)
})
