// How a fact that crosses from the core becomes a sentence: one function for each of its kinds. A kind that is new in Rust
// does not compile until it has its words.

import type { CheckFound } from '../shared/bindings/CheckFound';
import type { CheckItem } from '../shared/bindings/CheckItem';
import type { CheckLine } from '../shared/bindings/CheckLine';
import type { CheckReport } from '../shared/bindings/CheckReport';
import type { CheckStands } from '../shared/bindings/CheckStands';

/**
 * Words for every kind of a fact; `With` is what a sentence needs besides the fact, `Tag` the field by which its kinds are told
 * apart.
 */
export type WordsFor<Fact extends Readonly<Record<Tag, string>>, With = void, Tag extends string = 'kind'> = {
  readonly [Kind in Fact[Tag]]: (fact: Extract<Fact, Readonly<Record<Tag, Kind>>>, given: With) => string;
};

/** The sentence for a fact. */
export function say<Fact extends Readonly<Record<Tag, string>>, With, Tag extends string = 'kind'>(
  words: WordsFor<Fact, With, Tag>,
  fact: Fact,
  given: With,
  tag: Tag = 'kind' as Tag,
): string {
  const sentence = words[fact[tag]] as (fact: Fact, given: With) => string;
  return sentence(fact, given);
}

/** One entry for each name of a plain enum of the core. */
export type ByName<Name extends string, Said> = Readonly<Record<Name, Said>>;

/** People's own words in a sentence of ours: whichever way they are written, they turn nothing round but themselves. */
export const own = (words: string): string => `\u2068${words}\u2069`;

/** How times are written. */
export interface Writing {
  locale: string;
}

/** What is so, and what to do. */
export interface Told {
  title: string;
  body: string;
}

/** The till's clock, for sentences that run with it. */
export interface Clock {
  /** The till's time now, milliseconds since 1970. */
  now_ms: number;
  /** A time of day as the shop's locale writes it, with its seconds where they matter. */
  at: (at_ms: number) => string;
  /** Minutes and seconds that are left, as in `01:40`. */
  left: (left_ms: number) => string;
}

/** A right that a restricted key needs: as the Stripe Dashboard names it, and what for. */
export interface RightNamed {
  name: string;
  why: string;
}

/** What a sentence about a line of a check may need besides its fact. */
export interface AboutLine extends Writing {
  item: CheckItem;
}

/** The parts of a check, as the screen groups them. */
export type CheckGroup = 'machine' | 'account' | 'flow' | 'cards';

/** What is said on the screen of "Check this till", and in its report. */
export interface CheckWords {
  /** What it does, before it is begun. */
  means: string;
  start: string;
  again: string;
  stop: string;
  /** On the key that opens it. */
  open: string;
  copy: string;
  copied: string;
  /** The report could not be copied, and stands selected. */
  select: string;
  report: string;
  /** The offer before the first live sale. */
  first: string;
  notNow: string;
  groups: ByName<CheckGroup, string>;
  signs: ByName<CheckFound['found'], string>;
  item: ByName<CheckItem, string>;
  stands: ByName<CheckStands, string>;
  /** What was found out, and what to do. */
  line: (line: CheckLine, locale: string) => string;
  verdict: (failed: number, notShown: number) => string;
  /** The report's first line; `mode` as the band names it. */
  head: (report: CheckReport, mode: string, locale: string) => string;
}
