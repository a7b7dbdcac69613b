/** The status page: one table a pool, complete in itself, readable without any script. */

import { createHash } from 'node:crypto'
import { formatLag } from '../../core/lag.ts'
import type { MemberView, PoolView, Snapshot } from '../../core/snapshot.ts'
import { elapsed, monotonicMs, type WallMs } from '../../core/units.ts'
import { type Standing, standingOf } from '../../core/verdict.ts'

const REFRESH_SECONDS = 2

const STYLE = `
:root { color-scheme: light dark; --line: #8884; --in: #1a7f37; --soft: #9a6700; --out: #cf222e; }
@media (prefers-color-scheme: dark) { :root { --in: #4ac26b; --soft: #d4a72c; --out: #ff7b72; } }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin: 1.5rem 0 .25rem; }
h2 span, footer { font-weight: normal; opacity: .75; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .3rem .75rem .3rem 0; border-bottom: 1px solid var(--line); white-space: nowrap; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
td.reason { white-space: normal; min-width: 14rem; width: 99%; }
.in, .soft_out, .hard_out { font-weight: 600; }
.in { color: var(--in); } .soft_out { color: var(--soft); } .hard_out { color: var(--out); }
`

/** Allows this page's own style and nothing else. */
export const PAGE_POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`

const WORDS: Readonly<Record<Standing, string>> = { in: 'in', soft_out: 'softly out', hard_out: 'out' }

export function renderPage(cluster: string, snapshot: Snapshot, version: string): string {
  const name = escapeHtml(cluster)
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="${REFRESH_SECONDS}">
<title>${name} - poolguard</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${name}</h1>
<main>
${snapshot.pools.map((view) => renderPool(view, snapshot.at.wall)).join('\n')}
</main>
<footer><p>poolguard ${escapeHtml(version)}, as of <time>${isoTime(snapshot.at.wall)}</time></p></footer>
</body>
</html>
`
}

function renderPool({ pool, members }: PoolView, now: WallMs): string {
  const inService = members.filter(({ verdict }) => verdict && standingOf(verdict) === 'in').length
  const name = escapeHtml(pool.name)
  return `<section>
<h2 id="${name}">${name} <span>${pool.role}, ${inService} of ${members.length} in</span></h2>
<div class="wide" tabindex="0" role="region" aria-labelledby="${name}">
<table>
<thead><tr><th scope="col">Server</th><th scope="col">State</th><th scope="col" class="number">Weight</th><th scope="col">Role</th><th scope="col" class="number">Lag</th><th scope="col" class="reason">Reason</th><th scope="col" class="number">Since</th></tr></thead>
<tbody>
${members.map((view) => renderMember(view, now)).join('\n')}
</tbody>
</table>
</div>
</section>`
}

function renderMember({ server, verdict, role, lag, since }: MemberView, now: WallMs): string {
  const standing = verdict && standingOf(verdict)
  const state = standing === null ? '<td>unknown</td>' : `<td class="${standing}">${WORDS[standing]}</td>`
  const age = since === null ? '-' : `<time datetime="${isoTime(since)}">${formatAge(since, now)}</time>`
  return [
    `<tr><th scope="row">${escapeHtml(server)}</th>${state}`,
    `<td class="number">${verdict === null ? '-' : `${verdict.weightPercent}%`}</td>`,
    `<td>${role ?? '-'}</td>`,
    `<td class="number">${lag === null ? '-' : formatLag(lag)}</td>`,
    `<td class="reason">${escapeHtml(verdict?.reason.text ?? 'no reading yet')}</td>`,
    `<td class="number">${age}</td></tr>`,
  ].join('')
}

/** `12s`, `3m`, `5h`, `2d`: the largest whole unit. */
function formatAge(since: WallMs, now: WallMs): string {
  const seconds = Math.max(0, Math.floor(elapsed(monotonicMs(since), monotonicMs(now))))
  if (seconds < 60) return `${seconds}s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m`
  return seconds < 86_400 ? `${Math.floor(seconds / 3600)}h` : `${Math.floor(seconds / 86_400)}d`
}

function isoTime(at: WallMs): string {
  return new Date(at).toISOString()
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] as string)
}
