// A language that nobody speaks, made from one that somebody does: each text stands in brackets, so that one which is in no
// catalogue is seen, and is 40% longer, so that what has no room for it is seen too. Numbers and amounts stay what they are.
import type { Words } from '../words/now.svelte';

export const OPENS = '[!!! ';
export const CLOSES = ' !!!]';

/** How much longer than in English a sentence may be in another language. */
const LONGER = 0.4;
const FILLING = 'ünd nöch mehr Wörter ';

/** The text in brackets. What stands in brackets already, as a part of a sentence, is put in once. */
export function pseudo(text: string): string {
  if (text === '') return text;
  const bare = text.replaceAll(OPENS, '').replaceAll(CLOSES, '');
  const more = Math.ceil(bare.length * LONGER);
  return `${OPENS}${bare} ${FILLING.repeat(Math.ceil(more / FILLING.length))
    .slice(0, more)
    .trim()}${CLOSES}`;
}

function changed(said: unknown): unknown {
  if (typeof said === 'string') return pseudo(said);
  if (typeof said === 'function') return (...given: unknown[]) => changed((said as (...given: unknown[]) => unknown)(...given));
  if (typeof said !== 'object' || said === null) return said;
  return Object.fromEntries(Object.entries(said).map(([name, part]) => [name, changed(part)]));
}

/** A whole language in disguise. */
export const pseudoWords = (words: Words): Words => {
  const made = changed(words) as Words;
  // Keys are named as they stand on the keyboard, and a number is searched for as it is typed.
  return {
    ...made,
    keyNames: words.keyNames,
    finding: { ...made.finding, over: words.finding.over, under: words.finding.under, number: words.finding.number },
  };
};
