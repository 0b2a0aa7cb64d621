// Every text that people see or hear stands in `words/`, where each language has it: no component holds one.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { textsInComponent, textsInModule } from './texts_in_code';

const ui = dirname(dirname(fileURLToPath(import.meta.url)));

/** The files of both windows, without the fake core, which no build contains. */
function files(end: string): string[] {
  return ['till', 'payment', 'shared']
    .flatMap((room) => readdirSync(join(ui, room), { recursive: true, encoding: 'utf8' }).map((file) => join(room, file)))
    .filter((file) => file.endsWith(end) && !file.includes('bindings') && !/shared\/fake_/.test(file));
}

const texts = (markup: string) => textsInComponent(markup).map(({ text }) => text);

test.for([
  ['a text node', '<p>Approved</p>', 'Approved'],
  ['a text beside an expression', '<p>{amount} left</p>', 'left'],
  ['a word in another alphabet', '<p>Θα</p>', 'Θα'],
  ['a label', '<section aria-label="Recent sales"></section>', 'Recent sales'],
  ['a title', '<p title="Sale"></p>', 'Sale'],
  ['a placeholder', '<input placeholder="Amount" />', 'Amount'],
  ['a picture’s text', '<img alt="A hand" />', 'A hand'],
  ['an option’s label', '<option label="light"></option>', 'light'],
  ['a choice between texts', "<p>{busy ? 'Trying…' : again}</p>", 'Trying…'],
  ['a text behind a condition', "<p>{busy && 'trying'}</p>", 'trying'],
  ['a text with parts', '<p>{`Charge ${amount}`}</p>', 'Charge'],
  ['texts that are put together', "<p>{amount + ' left'}</p>", 'left'],
  ['a label that is put together', '<p aria-label={`Copy ${id}`}></p>', 'Copy'],
  ['a text in a block', '{#if busy}{#each all as one (one)}<p>One</p>{:else}<p>{one}</p>{/each}{/if}', 'One'],
  ['what else is said', '{#if busy}<p>{one}</p>{:else}None{/if}', 'None'],
  ['what a component is given', '<Totals name="The till’s books" id="books" />', 'The till’s books'],
  ['what a component is given by an expression', "<Totals name={own ? 'The till’s books' : name} />", 'The till’s books'],
  ['a constant', "{#if true}{@const said = 'Not known yet'}<p>{said}</p>{/if}", 'Not known yet'],
  ['a table in the script', "<script>const names = { sale: 'Sale' };</script>", 'Sale'],
  ['a sentence in the script', '<script>const ask = () => `the bank has ${amount}`;</script>', 'the bank has'],
])('%s is found', ([, markup, text]) => {
  expect(texts(markup ?? '')).toEqual([text]);
});

test.for([
  ['words', '<p aria-label={words().modes.band}>{words().stage.next}</p>'],
  ['a key’s name for the words', "<span>{words().keyNames.alt('R')}</span>"],
  ['a comparison', "{#if kind === 'Approved'}<p class={kind === 'Held' ? 'held' : 'open'}>{kind === 'x' ? one : two}</p>{/if}"],
  ['signs', '<p>•••• {last4} · {"—"}</p>'],
  ['names of things', '<Totals id="books" /><input type="search" data-testid="search" aria-describedby="said" />'],
  ['a key in the script', "<script>if (event.key === 'Enter') go();</script>"],
  ['a style', '<style>.one { content: "One"; }</style>'],
])('%s are let be', ([, markup]) => {
  expect(texts(markup ?? '')).toEqual([]);
});

/** What looks like a text and is none: the house's name, keys as browsers name them, selectors, fonts. */
const NONE = [
  'payment/card_cursor.svelte.ts: Escape',
  'payment/card_cursor.svelte.ts: Tab',
  'payment/payment_state.svelte.ts: Escape',
  'payment/card_style.ts: Inter, ui-sans-serif, system-ui, "Segoe UI", "Noto Sans", sans-serif',
  'shared/fresh_press.ts: Enter',
  'shared/fresh_press.ts: Escape',
  'shared/fresh_press.ts: button, a, input, select, textarea, [tabindex]:not([tabindex="-1"], [data-scrolls])',
  'shared/fresh_press.ts: input:not([type="radio"], [type="checkbox"]), select, textarea',
  'till/App.svelte: Countersign',
  'payment/Payment.svelte: Countersign',
  'till/stage/OrderNote.svelte: reference',
  'till/stage/OrderNote.svelte: note',
];

test.for([
  ['component', '.svelte', textsInComponent, 30],
  ['module', '.ts', textsInModule, 20],
] as const)('no %s of a window holds a text', ([, end, textsIn, least]) => {
  const all = files(end);
  expect(all.length).toBeGreaterThan(least);
  const found = all.flatMap((file) =>
    textsIn(readFileSync(join(ui, file), 'utf8')).map(({ text, line }) => ({ what: `${file}: ${text}`, line })),
  );
  expect(found.filter(({ what }) => !NONE.includes(what))).toEqual([]);
  // None of the exceptions is left over.
  expect(NONE.filter((what) => all.includes(what.slice(0, what.indexOf(':'))) && !found.some((one) => one.what === what))).toEqual([]);
});
