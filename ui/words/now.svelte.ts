// The one door to the words: what the windows say, in the language in force. Read `words()` where a sentence is made, never kept:
// whoever reads it draws anew when the language changes.
import type { Language } from '../shared/bindings/Language';
import { en } from './en';
import { nl } from './nl';

/** Makes every text wider than it is in English: another language's is another one. */
type Widened<Said> = Said extends string
  ? string
  : Said extends (...given: infer Given) => infer Answer
    ? (...given: Given) => Widened<Answer>
    : Said extends object
      ? { readonly [Name in keyof Said]: Widened<Said[Name]> }
      : Said;

/** The shape of every language. */
export type Words = Widened<typeof en>;

const LANGUAGES: Readonly<Record<Language, Words>> = { en, nl };

let inForce = $state.raw<Language>('en');
let disguise = $state.raw<((words: Words) => Words) | null>(null);
const now = $derived(disguise === null ? LANGUAGES[inForce] : disguise(LANGUAGES[inForce]));

/** What is said now. */
export function words(): Words {
  return now;
}

/** Speaks this language from now on, and tells the page, so that it is read aloud in it. */
export function setLanguage(language: Language, root: HTMLElement = document.documentElement): void {
  inForce = language;
  root.lang = language;
}

/** For development and tests: shows every text changed in this way, e.g. longer and in brackets. `null`: as it is. */
export function disguiseWords(change: ((words: Words) => Words) | null): void {
  disguise = change;
}
