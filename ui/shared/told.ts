// What a fact of the till is called, and what it says.
import type { Refusal } from './bindings/Refusal';
import type { TillFact } from './bindings/TillFact';
import { words } from '../words/now.svelte';
import type { Writing } from '../words/facts';

/** Every code that a window may branch on; `silence` when the till did not answer at all. */
export type Code = Exclude<TillFact['fact'], 'refused'> | Refusal['code'] | 'silence';

/** The code of a fact: a refusal's own where it is one. */
export const codeOf = (fact: TillFact): Code => (fact.fact === 'refused' ? fact.refusal.code : fact.fact);

/** The sentence for people. */
export const told = (fact: TillFact, writing: Writing): string => words().fact(fact, writing);

/** Why a command was not followed. */
export interface UiError {
  readonly code: Code;
  /** What is so and what to do, in the words in force when it is read: a refusal may stand there while the language changes. */
  readonly message: string;
  /** None when the till did not answer. */
  readonly fact: TillFact | null;
}

/** What a rejected command says. What is no fact of the till's is its silence: nothing is made up. */
export function uiError(thrown: unknown, writing: Writing): UiError {
  if (!isFact(thrown))
    return {
      code: 'silence',
      get message() {
        return words().screens.noAnswer;
      },
      fact: null,
    };
  return {
    code: codeOf(thrown),
    get message() {
      return told(thrown, writing);
    },
    fact: thrown,
  };
}

/** Facts come from the core alone, whose types are this window's. */
function isFact(value: unknown): value is TillFact {
  return typeof value === 'object' && value !== null && 'fact' in value;
}
