// What people type to find sales: words for a state, a day or a size among others, which are looked for as they are.
import type { Facet } from '../../shared/bindings/Facet';
import type { Wanted } from '../../shared/bindings/Wanted';
import { daysIntoWeek } from '../../shared/week';
import type { Words } from '../../words/now.svelte';
import { amountAt, type Written } from './amount_typed';
import { alike, apart, pieces, type Piece } from './pieces';

/** A span of days that has a name. */
export type Days = keyof Words['finding']['days'];

/** What can be typed or pressed. */
export type Filter = Facet | Days;

/** When it was typed, and how the shop writes money and counts its weeks. */
export interface Typed extends Written {
  /** The till's time. */
  now_ms: number;
}

/** What was typed, as it was understood. */
export interface Understood {
  wanted: Wanted;
  filters: ReadonlySet<Filter>;
}

/** One part of it. */
type Meant =
  | { is: 'filter'; filter: Filter }
  | { is: 'over' | 'under'; amount: string }
  | { is: 'number'; number: number }
  | { is: 'text'; text: string };

/** A part, and of which of the pieces it is: from the first, so many. */
interface Part {
  meant: Meant;
  from: number;
  length: number;
}

const FACETS: Readonly<Record<Facet, true>> = {
  paid: true,
  held: true,
  declined: true,
  cancelled: true,
  refunded: true,
  disputed: true,
  in_hand: true,
  not_known: true,
  set_aside: true,
  pressing: true,
};

const isFacet = (filter: Filter): filter is Facet => filter in FACETS;

/** Phrases that are parted by commas, the longest first: what is more is meant before what is less. */
const listed = (said: string): string[][] =>
  said
    .split(',')
    .map((phrase) => apart(alike(phrase)))
    .filter((phrase) => phrase.length > 0)
    .sort((a, b) => b.length - a.length);

/** Whether this phrase stands there, word by word. */
const stands = (phrase: readonly string[], typed: readonly Piece[], at: number): boolean =>
  phrase.every((word, nth) => {
    const piece = typed[at + nth];
    return piece !== undefined && !piece.isQuoted && alike(piece.text) === word;
  });

function filterAt(typed: readonly Piece[], at: number, { facets, days, spelledToo }: Words['finding']): Part | null {
  const said = [...Object.entries({ ...facets, ...days }), ...Object.entries(spelledToo)] as [Filter, string][];
  const phrases = said.flatMap(([filter, words]) => listed(words).map((phrase) => ({ filter, phrase })));
  const found = phrases.filter(({ phrase }) => stands(phrase, typed, at)).sort((a, b) => b.phrase.length - a.phrase.length)[0];
  return found === undefined ? null : { meant: { is: 'filter', filter: found.filter }, from: at, length: found.phrase.length };
}

const hasLetter = (word: string): boolean => /\p{L}/u.test(word);

/** A bound, only where an amount comes after it: "van der Meer" and "over there" are words. A sign may stand close to its amount. */
function boundAt(typed: readonly Piece[], at: number, finding: Words['finding'], written: Written): Part | null {
  for (const is of ['over', 'under'] as const) {
    for (const phrase of listed(finding[is])) {
      const after = at + phrase.length;
      const amount = stands(phrase, typed, at) ? amountAt(typed, after, written) : null;
      if (amount !== null) return { meant: { is, amount: amount.text }, from: at, length: phrase.length + amount.length };
      const [sign = ''] = phrase;
      const piece = typed[at];
      if (piece === undefined || piece.isQuoted || hasLetter(sign) || !piece.text.startsWith(sign)) continue;
      const glued = amountAt(typed.with(at, { ...piece, text: piece.text.slice(sign.length) }), at, written);
      if (glued !== null) return { meant: { is, amount: glued.text }, from: at, length: glued.length };
    }
  }
  return null;
}

const NUMBER = /^\d{1,9}$/u;

/** A sale's number, by the word before it alone. After a point it may stand close: "no.12". */
function numberAt(typed: readonly Piece[], at: number, finding: Words['finding']): Part | null {
  const piece = typed[at];
  const next = typed[at + 1];
  if (piece === undefined || piece.isQuoted) return null;
  for (const [word = ''] of listed(finding.number)) {
    const close = word.endsWith('.') && alike(piece.text).startsWith(word) ? piece.text.slice(word.length) : '';
    if (NUMBER.test(close)) return { meant: { is: 'number', number: Number(close) }, from: at, length: 1 };
    if (alike(piece.text) === word && next !== undefined && !next.isQuoted && NUMBER.test(next.text))
      return { meant: { is: 'number', number: Number(next.text) }, from: at, length: 2 };
  }
  return null;
}

function partsOf(typed: readonly Piece[], finding: Words['finding'], written: Written): Part[] {
  const parts: Part[] = [];
  for (let at = 0; at < typed.length;) {
    const part: Part = filterAt(typed, at, finding) ??
      boundAt(typed, at, finding, written) ??
      numberAt(typed, at, finding) ?? { meant: { is: 'text', text: typed[at]?.text ?? '' }, from: at, length: 1 };
    parts.push(part);
    at += part.length;
  }
  return parts;
}

const startOfDay = (at_ms: number, days: number): Date => {
  const day = new Date(at_ms);
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + days);
};

/** From when to when these days are, in this computer's time zone: the second is the first moment after them. */
export function spanOf(days: Days, now_ms: number, locale: string): [from_ms: number, to_ms: number] {
  const now = new Date(now_ms);
  const into = daysIntoWeek(now_ms, locale);
  const month = (back: number) => new Date(now.getFullYear(), now.getMonth() - back, 1);
  const spans: Record<Days, () => [Date, Date]> = {
    today: () => [startOfDay(now_ms, 0), startOfDay(now_ms, 1)],
    yesterday: () => [startOfDay(now_ms, -1), startOfDay(now_ms, 0)],
    this_week: () => [startOfDay(now_ms, -into), startOfDay(now_ms, 7 - into)],
    last_week: () => [startOfDay(now_ms, -into - 7), startOfDay(now_ms, -into)],
    this_month: () => [month(0), month(-1)],
    last_month: () => [month(1), month(0)],
  };
  const [from, to] = spans[days]();
  return [from.getTime(), to.getTime()];
}

/** Understands what was typed. */
export function understand(text: string, finding: Words['finding'], { now_ms, ...written }: Typed): Understood {
  const filters = new Set<Filter>();
  const rest: string[] = [];
  const wanted: Wanted = {
    text: '',
    number: null,
    facets: [],
    from_ms: null,
    to_ms: null,
    over: null,
    under: null,
    oldest_first: false,
  };
  for (const { meant } of partsOf(pieces(text), finding, written)) {
    if (meant.is === 'filter') filters.add(meant.filter);
    else if (meant.is === 'number') wanted.number = meant.number;
    else if (meant.is === 'text') rest.push(meant.text);
    else wanted[meant.is] = meant.amount;
  }
  wanted.text = rest.join(' ');
  for (const filter of filters) {
    if (isFacet(filter)) wanted.facets.push(filter);
    else [wanted.from_ms, wanted.to_ms] = overlap([wanted.from_ms, wanted.to_ms], spanOf(filter, now_ms, written.locale));
  }
  return { wanted, filters };
}

/** All that was asked for is to be so: "today last week" is no day. */
function overlap([from, to]: [number | null, number | null], [next, end]: [number, number]): [number, number] {
  return [Math.max(from ?? next, next), Math.min(to ?? end, end)];
}

/** The text with the filter's words, or without all of them where it has them. Of the days one stands at most. */
export function toggled(text: string, filter: Filter, finding: Words['finding'], written: Written): string {
  const said = { ...finding.facets, ...finding.days };
  const typed = pieces(text);
  const parts = partsOf(typed, finding, written);
  const has = parts.some(({ meant }) => meant.is === 'filter' && meant.filter === filter);
  const goes = ({ meant }: Part) => meant.is === 'filter' && (meant.filter === filter || (!isFacet(filter) && !isFacet(meant.filter)));
  const left = parts
    .filter((part) => !goes(part))
    .flatMap(({ from, length }) => typed.slice(from, from + length).map(({ typed: as }) => as));
  return [...left, ...(has ? [] : [said[filter]])].join(' ');
}
