import { expect, it } from 'vitest'
import { escapeHtml, renderPage } from '../../../src/adapters/http/page.ts'
import { lagging, primary, readers, unseen } from '../../core/builders.ts'
import { serve } from './serve.ts'
import { createShop } from './shop.ts'

it('shows a table for each pool, without any script', async () => {
  const { ask } = await serve()
  const page = await ask('/')
  expect(page).toMatchObject({ status: 200, type: 'text/html; charset=utf-8' })
  expect(page.body.match(/<table>/g)).toHaveLength(2)
  expect(page.body).toContain('<h2 id="ro">ro <span>reader, 1 of 3 in</span></h2>')
  expect(page.body).toContain('<meta http-equiv="refresh" content="2">')
  expect(page.body).not.toMatch(/<script|javascript:| on\w+=/i)
  expect(page.headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-/)
})

it.each`
  server   | cells
  ${'db1'} | ${['softly out', '0%', 'primary', '-', 'the writer, which takes no reads here', '59s']}
  ${'db2'} | ${['in', '100%', 'replica', '2.5s', 'lag 2.5s', '59s']}
  ${'db3'} | ${['out', '0%', '-', '-', 'connection refused', '59s']}
`('shows $server in words', ({ server, cells }) => {
  const shop = createShop([readers(['db1', 'db2', 'db3'])])
  const news = (at: number) => ({
    db1: primary(at),
    db2: lagging(2.5, at),
    db3: unseen(at, 'refused', 'connection refused'),
  })
  for (let second = 1; second <= 60; second++) shop.advance(second, news(second))
  expect(readRow(renderPage('shop', shop.snapshot(), '1'), server)).toEqual(cells)
})

it('shows what was never read as unknown', () => {
  const page = renderPage('shop', createShop([readers(['db1'])]).snapshot(), '1')
  expect(readRow(page, 'db1')).toEqual(['unknown', '-', '-', '-', 'no reading yet', '-'])
})

it('lets no text from outside become markup', () => {
  const evil = `<img src=x onerror="alert('1')">&amp;`
  const shop = createShop([readers(['db1', 'db2'])])
  shop.advance(1, { db1: unseen(1, 'unexpected', evil), db2: lagging(0, 1) })
  const page = renderPage('<b>', shop.snapshot(), '1')
  expect(page).toContain('&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;amp;')
  expect(page).not.toMatch(/<img|<b>/)
  expect(escapeHtml('a & b')).toBe('a &amp; b')
})

function readRow(page: string, server: string): readonly string[] {
  const row = page.split('\n').find((line) => line.startsWith(`<tr><th scope="row">${server}</th>`)) ?? ''
  return [...row.matchAll(/<td[^>]*>(.*?)<\/td>/g)].map((match) =>
    (match[1] as string).replace(/<\/?time[^>]*>/g, ''),
  )
}
