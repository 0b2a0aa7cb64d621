// No effect and no attachment writes state: it would run after everything else, and what it writes would be late by one drawing.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { writingEffects, writingEffectsInModule } from './effects';

const ui = dirname(dirname(fileURLToPath(import.meta.url)));
const script = (code: string) =>
  `<script lang="ts">let count = $state(0); let all = $state<string[]>([]); let field = $state<HTMLElement>(); ${code}</script>`;

test.for([
  ['an assignment', '$effect(() => { count = 1; });', 'count = 1'],
  ['an assignment before the page is drawn', '$effect.pre(() => { count += 1; });', 'count += 1'],
  ['a step up', '$effect(() => { count++; });', 'count++'],
  ['a field of state', '$effect(() => { till.refusal = null; });', 'till.refusal = null'],
  ['a part of state', '$effect(() => { all[0] = ""; });', 'all[0] = ""'],
  ['what is taken away', '$effect(() => { delete all[0]; });', 'delete all[0]'],
  ['a list that grows', '$effect(() => { all.push("one"); });', 'all.push("one")'],
  ['a method that may write', '$effect(() => { pay.stripeIsReady(); });', 'pay.stripeIsReady()'],
  [
    'what comes later',
    '$effect(() => { const timer = setInterval(() => { count = 1; }, 250); return () => { clearInterval(timer); }; });',
    'count = 1',
  ],
  ['a function that is called', 'function write() { count = 1; } $effect(() => { write(); });', 'count = 1'],
  ['a function that waits', 'const write = async () => { await 0; count = 1; }; $effect(() => { void write(); });', 'count = 1'],
  ['a function that is handed on', 'function write() { count = 1; } $effect(() => { untrack(write); });', 'count = 1'],
  ['a function that is the effect', 'function write() { count = 1; } $effect(write);', 'count = 1'],
  ['a function of a function', 'function write() { count = 1; } function go() { write(); go(); } $effect(go);', 'count = 1'],
])('%s is found', ([, code, what]) => {
  expect(writingEffects(script(code ?? '')).map((written) => written.what)).toEqual([what]);
});

test.for([
  ['what stands there', '<p {@attach () => { count = 1; }}></p>', '', 'count = 1'],
  ['a function of the component', '<p {@attach attached}></p>', 'function attached() { count = 1; }', 'count = 1'],
  ['a function that makes one', '<p {@attach made(1)}></p>', 'function made(to) { return () => { count = to; }; }', 'count = to'],
  ['one with its type', '<p {@attach typed}></p>', 'const typed: Attachment = () => { all.push("one"); };', 'all.push("one")'],
  ['a method of something else', '<p {@attach amount.restsOn(count)}></p>', '', 'amount.restsOn(count)'],
  ['what one is handed', '<p {@attach once(() => { count = 1; })}></p>', '', 'count = 1'],
])('of what is attached, %s is found', ([, markup, code, what]) => {
  expect(writingEffects(`${script(code ?? '')}${markup ?? ''}`).map((written) => written.what)).toEqual([what]);
});

test('an attachment of a module is found where it is made', () => {
  const method = 'export class Amount { restsOn(): Attachment { return () => { untrack(() => { void this.read(); }); }; } }';
  expect(writingEffectsInModule(method).map((written) => written.what)).toEqual(['this.read()']);
  expect(writingEffectsInModule('export const once: Attachment = (node) => { node.focus(); seen = true; };')).toHaveLength(1);
});

test('an attachment that touches its element is let be', () => {
  const code = 'const shows: Attachment<HTMLElement> = (node) => { document.body.append(node); return () => { node.remove(); }; };';
  expect(writingEffects(`${script(code)}<p {@attach shows} {@attach (node) => { node.focus(); }}></p>`)).toEqual([]);
});

test.for([
  ['the cursor', '$effect(() => { if (count > 0) untrack(() => { field?.focus(); }); });'],
  ['names of its own', '$effect(() => { let at = 0; at += 1; const seen = { at }; seen.at = 2; });'],
  ['the page', '$effect(() => { document.title = String(count); });'],
  [
    'who listens and stops',
    "$effect(() => { const on = () => { field?.blur(); }; field?.addEventListener('x', on); return () => { field?.removeEventListener('x', on); }; });",
  ],
  ['what no effect does', 'function write() { count = 1; }'],
])('%s is let be', ([, code]) => {
  expect(writingEffects(script(code ?? ''))).toEqual([]);
});

test('no effect and no attachment of a window writes state', () => {
  const all = ['till', 'payment', 'shared', 'words']
    .flatMap((room) => readdirSync(join(ui, room), { recursive: true, encoding: 'utf8' }).map((file) => join(room, file)))
    .filter((file) => /\.(?:svelte|ts)$/.test(file));
  expect(all.length).toBeGreaterThan(40);
  const found = all.flatMap((file) =>
    (file.endsWith('.ts') ? writingEffectsInModule : writingEffects)(readFileSync(join(ui, file), 'utf8')).map(
      (written) => `${file}: ${written.what}`,
    ),
  );
  expect(found).toEqual([]);
});
