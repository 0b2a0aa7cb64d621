// What staff have begun, and what they have seen, is not over because the same thing was told again: what it hangs on is a text or a
// yes and no of its own (`$derived`), not read from a sale or a status where it is asked for.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'svelte/compiler';
import { expect, test } from 'vitest';
import { nameOf, within, type Node } from './program';

const ui = dirname(dirname(fileURLToPath(import.meta.url)));
/** They begin afresh when what they are given is another. */
const AFRESH = new Set(['anewWith', 'freshPressOnly']);

const callee = (call: Node): string => {
  const { callee: called } = call;
  return nameOf(called);
};
const callsOf = (root: Node) =>
  [...within(root)].filter((node) => node.type === 'CallExpression').map((call) => ({ call, name: callee(call) }));

/** What each of them hangs on that is neither a text as it stands there nor derived. */
function hangsOn(source: string): string[] {
  const root = parse(source, { modern: true }) as unknown as Node;
  const derived = new Set(
    [...within(root)]
      .filter((node) => node.type === 'VariableDeclarator')
      .filter((node) => source.slice((node['init'] as Node | null)?.start ?? 0).startsWith('$derived'))
      .map((node) => nameOf(node['id'])),
  );
  return callsOf(root)
    .filter(({ name }) => AFRESH.has(name))
    .map(({ call }) => (call['arguments'] as Node[])[0])
    .filter((given) => given !== undefined && given.type !== 'Literal' && !derived.has(nameOf(given)))
    .map((given) => source.slice(given?.start ?? 0, given?.end ?? 0));
}

test.for([
  ['let asks = $derived(anewWith(status.mode, null));', '', ['status.mode']],
  ['let asks = $derived(anewWith(open?.refundable === null, null));', '', ['open?.refundable === null']],
  ['const { text } = $props();', '<p {@attach freshPressOnly(text)}></p>', ['text']],
] as const)('%s%s is found', ([script, markup, found]) => {
  expect(hangsOn(`<script>${script}</script>${markup}`)).toEqual(found);
});

test('what is derived, and a text as it stands there, is let be', () => {
  expect(
    hangsOn(
      `<script>const mode = $derived(status.mode); let asks = $derived(anewWith(mode, null));</script><p {@attach freshPressOnly('asked')}></p>`,
    ),
  ).toEqual([]);
});

test('nothing begins afresh because the same thing was told again', () => {
  const files = ['till', 'payment', 'shared']
    .flatMap((room) => readdirSync(join(ui, room), { recursive: true, encoding: 'utf8' }).map((file) => join(room, file)))
    .filter((file) => file.endsWith('.svelte'));
  const sources = files.map((file) => ({ file, source: readFileSync(join(ui, file), 'utf8') }));
  const asked = sources
    .flatMap(({ source }) => callsOf(parse(source, { modern: true }) as unknown as Node))
    .filter(({ name }) => AFRESH.has(name));
  expect(asked.length).toBeGreaterThan(15);
  expect(sources.flatMap(({ file, source }) => hangsOn(source).map((what) => `${file}: ${what}`))).toEqual([]);
});
