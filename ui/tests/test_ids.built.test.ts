// Each id by which the tests of the real windows find something is one that a component gives.
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { idsGiven, idsNamed, isGiven, type Component, type Room } from './test_ids';

const ui = dirname(dirname(fileURLToPath(import.meta.url)));
const windowsTests = join(ui, '..', 'tests', 'src');

const under = (folder: string, end: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith(end));
const read = (...path: string[]) => readFileSync(join(...path), 'utf8');

const ROOMS: Room[] = ['till', 'payment', 'shared'];
const components: Component[] = ROOMS.flatMap((room) =>
  under(join(ui, room), '.svelte').map((file) => ({ room, name: basename(file, '.svelte'), source: read(ui, room, file) })),
);
const given = idsGiven(components);
/** The words of the screens' code: what a variable part of an id can be. */
const words = new Set(
  ROOMS.flatMap((room) =>
    under(join(ui, room), '')
      .filter((file) => /\.(svelte|ts)$/.test(file))
      .map((file) => read(ui, room, file)),
  ).flatMap((source) => [...source.matchAll(/['"](\w[\w-]*)['"]/g)].map(([, word]) => word ?? '')),
);

const ids = (source: string) => idsGiven([{ room: 'till', name: 'One', source }]).map(({ id, goesOn }) => (goesOn ? `${id}…` : id));

test.for([
  ['an id', '<p data-testid="problem"></p>', ['problem']],
  ['one in a block', '{#if open}<p data-testid="problem"></p>{/if}', ['problem']],
  ['the beginning of one', '<p data-testid={`sale-${String(number)}`}></p>', ['sale-…']],
  ['a choice', "<p data-testid={asks ? 'yes' : 'no'}></p>", ['yes', 'no']],
  ['none that is made of what is given', '<p data-testid={id}></p>', []],
  ['what it is where none is given', "<script>let { id = 'refusal' } = $props();</script><p data-testid={id}></p>", ['refusal']],
] as const)('of a component is read: %s', ([, source, expected]) => {
  expect(ids(source)).toEqual(expected);
});

test('an id is read that one component gives to another', () => {
  const field: Component = { room: 'shared', name: 'Field', source: '<input data-testid={id} />' };
  const screen: Component = { room: 'till', name: 'Screen', source: '<Field id="amount" /><Field title="no id" /><Other id="neither" />' };
  expect(idsGiven([field, screen])).toEqual([{ room: 'till', id: 'amount', goesOn: false }]);
});

test.for([
  ['press', 'till.press(Window::Main, "charge-start").await?;', 'till', 'charge-start'],
  ['reads, over lines', 'till.reads(\n  Window::Payment,\n  "decline",\n  "why",', 'payment', 'decline'],
  ['a format', 'till.press(Window::Payment, &format!("palette-card-{number}"))', 'payment', 'palette-card-{number}'],
  ['a selector', 'till.matching(Window::Main, "[data-testid=priced][data-kind=amount]")', null, 'priced'],
  ['a selector in quotes', 'format!("[data-testid=\\"close\\"]")', null, 'close'],
  ['a beginning', 'By::Css("[data-testid^=palette-card-]")', null, 'palette-card-'],
  ['a template', '`[data-testid=screen-${name}]`', null, 'screen-${name}'],
  ['a list', 'in_sight(till, Window::Main, &["amount"]).await?;', 'till', 'amount'],
  ['a field', 'fill_in(desk, "secret-key", secret).await?;', null, 'secret-key'],
] as const)('of the windows’ tests is read: %s', ([, source, window, id]) => {
  expect(idsNamed(source).named).toEqual([expect.objectContaining({ window, id })]);
});

test('an id that cannot be read is said, but not of a function that is given it', () => {
  expect(idsNamed('till.press(Window::Main, id).await?;').unread).toEqual([1]);
  expect(idsNamed('till.press(window, test_id).await?;').unread).toEqual([]);
});

test.for([
  ['charge', 'payment', true],
  ['charge', 'till', false],
  ['charged', null, false],
  ['sale-12', 'till', true],
  ['room-check', 'till', true],
  ['room-chek', 'till', false],
  ['room-{name}', 'till', true],
  ['open-check', 'till', false],
] as const)('%s in %s: %s', ([id, window, expected]) => {
  const known = idsGiven([
    { room: 'payment', name: 'Card', source: '<button data-testid="charge"></button>' },
    { room: 'till', name: 'Rooms', source: '<p data-testid={`room-${room}`}></p><p data-testid={`sale-${number}`}></p>' },
  ]);
  expect(isGiven({ id, window, line: 1 }, known, (word) => word === 'check')).toBe(expected);
});

test('each id of the windows’ tests is one that a component gives', () => {
  const sources = under(windowsTests, '.rs').map((file) => ({ file, ...idsNamed(read(windowsTests, file)) }));
  const own = new Set(sources.flatMap((source) => source.own));
  const named = sources.flatMap(({ file, named }) => named.map((one) => ({ file, ...one }))).filter(({ id }) => !own.has(id));
  // They are all read: the first sale, the bank's question and the settings among them.
  expect(named.length).toBeGreaterThan(200);
  const unknown = named.filter((one) => !isGiven(one, given, (word) => words.has(word)));
  expect(unknown.map(({ file, line, id }) => `${file}:${String(line)}: ${id}`)).toEqual([]);
  expect(sources.flatMap(({ file, unread }) => unread.map((line) => `${file}:${String(line)}: write the id where it is used`))).toEqual([]);
});
