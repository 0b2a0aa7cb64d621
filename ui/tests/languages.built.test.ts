// A language that lacks a text, has one too many or takes a wrong parameter does not compile. This holds the compiler to it: where it
// let one of these pass, the line that expects an error would be one.
import { expect, test } from 'vitest';
import { en } from '../words/en';
import { nl } from '../words/nl';
import type { Words } from '../words/now.svelte';

const { enter, escape, testCards } = en.keyNames;

// @ts-expect-error a function is missing
export const missing: Words['keyNames'] = { enter, escape, testCards };
// @ts-expect-error a text is too many
export const extra: Words['keyNames'] = { ...en.keyNames, shift: 'Shift' };
// @ts-expect-error a function where a text is wanted
export const another: Words['keyNames'] = { ...en.keyNames, enter: () => 'Enter' };
// @ts-expect-error a parameter of another kind
export const wrong: Words['keyNames'] = { ...en.keyNames, alt: (key: number) => String(key) };
// @ts-expect-error a fact without words
export const fact: Words['oddity'] = { mark: '', test_money: '', real_money: '', refund_of_another: '' };

test('the shape of a language is wider than English', () => {
  const said: Words[] = [en, nl];
  expect(said.map((words) => words.sale.takeCard)).toEqual(['Take a card', 'Afrekenen met pas']);
});
