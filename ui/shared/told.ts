// What a problem or a refusal says: the words for its fact, or the sentence that came with it.
import type { TillFact } from './bindings/TillFact';
import { en as words } from '../words/en';
import type { Writing } from '../words/facts';

/** The sentence for people. */
export function told(said: { code: string; message: string; fact?: TillFact }, writing: Writing): string {
  if (said.fact !== undefined) return words.fact(said.fact, writing);
  return said.message === '' ? words.refusals[said.code] ?? said.code : said.message;
}
