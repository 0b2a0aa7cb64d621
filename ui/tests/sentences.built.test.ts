// Every sentence of each language as it stands, in a file: what a change does to the words is seen in its diff.
// Written anew by `npx vitest run --project built tests/sentences.built.test.ts -u`.
import { describe, expect, test } from 'vitest';
import { en } from '../words/en';
import enOutside from '../words/en.json';
import { nl } from '../words/nl';
import nlOutside from '../words/nl.json';
import { placesOf, sentencesOf } from './sentences';

/** With what the shell says where there is no page. */
const ALL = { en: { ...en, outside: enOutside }, nl: { ...nl, outside: nlOutside } };

describe.for(Object.entries(ALL))('in %s', ([name, words]) => {
  const sentences = sentencesOf(words);

  test('every sentence is the one that is written down', async () => {
    await expect(`${sentences.join('\n')}\n`).toMatchFileSnapshot(`./sentences.${name}.txt`);
  });

  test('no sentence is empty, or has a hole', () => {
    expect(sentences.length).toBeGreaterThan(400);
    // A live receipt has no mark.
    for (const sentence of sentences.filter((line) => !line.startsWith('modes.live.receipt')))
      expect(sentence).not.toMatch(/undefined|null|NaN|\[object|: $/);
  });
});

test('no language has a text more or less than another', () => {
  expect(placesOf(ALL.nl).sort()).toEqual(placesOf(ALL.en).sort());
});

test('Dutch leaves no English sentence as it is', () => {
  const english = new Set(sentencesOf(ALL.en));
  /** The same in both languages. */
  const same =
    /^(?:keyNames|modes\.test\.name|modes\.live|stage\.quoted|stage\.number|settings\.keysForm\.(?:\w+Example|rights\.\w+\.name)|check\.item\.account_name|timeline\.support)/;
  expect(sentencesOf(ALL.nl).filter((sentence) => english.has(sentence) && !same.test(sentence))).toEqual([]);
});
