// What people type to find sales: words for a state, a day or a size among others, which are looked for as they are.
import type { Facet } from '../../shared/bindings/Facet';
import type { Wanted } from '../../shared/bindings/Wanted';
import type { Words } from '../../words/now.svelte';

/** A span of days that has a name. */
export type Days = keyof Words['finding']['days'];

/** What can be typed or pressed. */
export type Filter = Facet | Days;

/** What was typed, as it was understood. */
export interface Understood {
  wanted: Wanted;
  filters: ReadonlySet<Filter>;
}

/** A filter and the words that stand for it. */
interface Phrase {
  filter: Filter;
  words: readonly string[];
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

const apart = (text: string): string[] => text.split(/\s+/u).filter((word) => word !== '');
const alike = (word: string): string => word.toLocaleLowerCase();

function phrases({ facets, days }: Words['finding']): Phrase[] {
  const all = Object.entries({ ...facets, ...days }) as [Filter, string][];
  return all.map(([filter, said]) => ({ filter, words: apart(alike(said)) })).sort((a, b) => b.words.length - a.words.length);
}

/** The words of which one says what the next one bounds. */
const bounds = (said: string): string[] => said.split(',').map((word) => alike(word.trim()));

const startOfDay = (at_ms: number, days: number): Date => {
  const day = new Date(at_ms);
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + days);
};

/** Days of the week before this one; weeks begin on Monday (ISO 8601). */
const daysIntoWeek = (at_ms: number): number => (new Date(at_ms).getDay() + 6) % 7;

/** From when to when these days are, in this computer's time zone: the second is the first moment after them. */
export function spanOf(days: Days, now_ms: number): [from_ms: number, to_ms: number] {
  const now = new Date(now_ms);
  const into = daysIntoWeek(now_ms);
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

/** Understands what was typed. `now_ms` is the till's time. */
export function understand(text: string, finding: Words['finding'], now_ms: number): Understood {
  const typed = apart(text);
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
  const known = phrases(finding);
  for (let at = 0; at < typed.length;) {
    const next = typed[at + 1];
    const word = alike(typed[at] ?? '');
    const phrase = known.find(({ words }) => words.every((said, nth) => alike(typed[at + nth] ?? '') === said));
    if (phrase !== undefined) {
      filters.add(phrase.filter);
      at += phrase.words.length;
    } else if (next !== undefined && bounds(finding.over).includes(word)) {
      wanted.over = next;
      at += 2;
    } else if (next !== undefined && bounds(finding.under).includes(word)) {
      wanted.under = next;
      at += 2;
    } else if (next !== undefined && bounds(finding.number).includes(word) && /^\d{1,9}$/u.test(next)) {
      wanted.number = Number(next);
      at += 2;
    } else {
      rest.push(typed[at] ?? '');
      at += 1;
    }
  }
  wanted.text = rest.join(' ');
  for (const filter of filters) {
    if (isFacet(filter)) wanted.facets.push(filter);
    else [wanted.from_ms, wanted.to_ms] = overlap([wanted.from_ms, wanted.to_ms], spanOf(filter, now_ms));
  }
  return { wanted, filters };
}

/** All that was asked for is to be so: "today last week" is no day. */
function overlap([from, to]: [number | null, number | null], [next, end]: [number, number]): [number, number] {
  return [Math.max(from ?? next, next), Math.min(to ?? end, end)];
}

/** The text with the filter's words, or without them where it has them. Of the days one stands at most. */
export function toggled(text: string, filter: Filter, finding: Words['finding']): string {
  const said = { ...finding.facets, ...finding.days };
  const has = understand(text, finding, 0).filters;
  const goes = [...has].filter((other) => other === filter || (!isFacet(filter) && !isFacet(other)));
  const left = goes.reduce((typed, gone) => without(typed, said[gone]), text);
  return has.has(filter) ? left : [...apart(left), said[filter]].join(' ');
}

function without(text: string, phrase: string): string {
  const gone = apart(alike(phrase));
  const typed = apart(text);
  const at = typed.findIndex((_, from) => gone.every((word, nth) => alike(typed[from + nth] ?? '') === word));
  return (at < 0 ? typed : typed.toSpliced(at, gone.length)).join(' ');
}
