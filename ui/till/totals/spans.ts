// Spans of days that are added up, and the times between which: by the calendar of this computer, whose days have 23 or 25 hours when
// the clocks change, and whose hours need not begin with one of Greenwich.

import { daysIntoWeek } from '../../shared/week';

/** A day of the calendar; months from 1. */
export interface Day {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** Both belong to it. */
export interface Days {
  readonly first: Day;
  readonly last: Day;
}

/** The spans that have a name. */
export const SPANS = ['today', 'yesterday', 'this_week', 'last_week', 'this_month', 'last_month', 'this_year', 'last_year'] as const;

export type SpanName = (typeof SPANS)[number];

/** Of what each bar is. */
export type Step = 'hour' | 'day' | 'month';

/** The times between which is added up, milliseconds since 1970, the last one the end. */
export interface Edges {
  readonly step: Step;
  readonly edges_ms: readonly number[];
}

/** By the hour up to here; beyond it a bar is a day. */
const MOST_DAYS_BY_HOURS = 2;
/** By the day up to here: a year; beyond it a bar is a month. */
const MOST_DAYS_BY_DAYS = 366;
/** The till adds up no more slots at once. */
const MOST_MONTHS = 800;

const QUARTER_MS = 900_000;
const DAY_MS = 86_400_000;

export function dayOf(at_ms: number): Day {
  const at = new Date(at_ms);
  return { year: at.getFullYear(), month: at.getMonth() + 1, day: at.getDate() };
}

/** The day so many days away. */
function daysFrom({ year, month, day }: Day, days: number): Day {
  const there = new Date(Date.UTC(year, month - 1, day + days));
  return { year: there.getUTCFullYear(), month: there.getUTCMonth() + 1, day: there.getUTCDate() };
}

/** A day as a number that grows by one from day to day. */
export const ordinal = ({ year, month, day }: Day): number => Math.round(Date.UTC(year, month - 1, day) / DAY_MS);

/** How many days there are. */
export const countOf = ({ first, last }: Days): number => ordinal(last) - ordinal(first) + 1;

/** The first moment of a day, which need not be midnight. */
const startOf = ({ year, month, day }: Day): number => new Date(year, month - 1, day).getTime();

/** What a span's name means at this time. Weeks begin as the locale's country has it. */
export function daysOf(name: SpanName, now_ms: number, locale: string): Days {
  const today = dayOf(now_ms);
  const week = daysFrom(today, -daysIntoWeek(now_ms, locale));
  const month = (back: number): Days => {
    const first = daysFrom({ year: today.year, month: today.month - back, day: 1 }, 0);
    return { first, last: daysFrom({ year: first.year, month: first.month + 1, day: 1 }, -1) };
  };
  const year = (one: number): Days => ({ first: { year: one, month: 1, day: 1 }, last: { year: one, month: 12, day: 31 } });
  const spans: Record<SpanName, () => Days> = {
    today: () => ({ first: today, last: today }),
    yesterday: () => ({ first: daysFrom(today, -1), last: daysFrom(today, -1) }),
    this_week: () => ({ first: week, last: daysFrom(week, 6) }),
    last_week: () => ({ first: daysFrom(week, -7), last: daysFrom(week, -1) }),
    this_month: () => month(0),
    last_month: () => month(1),
    this_year: () => year(today.year),
    last_year: () => year(today.year - 1),
  };
  return spans[name]();
}

/** Whether the till can add up so many days at once. */
export const isTooLong = ({ first, last }: Days): boolean => (last.year - first.year) * 12 + last.month - first.month >= MOST_MONTHS;

/** Between which times these days are added up. */
export function edgesOf(days: Days): Edges {
  const end_ms = startOf(daysFrom(days.last, 1));
  const count = countOf(days);
  const step: Step = count <= MOST_DAYS_BY_HOURS ? 'hour' : count <= MOST_DAYS_BY_DAYS ? 'day' : 'month';
  const starts = step === 'hour' ? hours(startOf(days.first), end_ms) : starting(days, step);
  // Where clocks once stood by the sun no day begins with a quarter of an hour: no till sold anything then.
  const edges_ms = [...starts, end_ms].map((at_ms) => Math.floor(at_ms / QUARTER_MS) * QUARTER_MS);
  return { step, edges_ms: edges_ms.filter((at_ms, nth) => nth === 0 || at_ms > (edges_ms[nth - 1] ?? at_ms)) };
}

/** The first moments of these days, or of the months that they are in. */
function starting(days: Days, step: 'day' | 'month'): number[] {
  const all = Array.from({ length: countOf(days) }, (_, nth) => daysFrom(days.first, nth));
  return (step === 'day' ? all : all.filter(({ day }, nth) => nth === 0 || day === 1)).map(startOf);
}

/** Where an hour begins on the wall clock, or the clock was changed. */
function hours(from_ms: number, to_ms: number): number[] {
  const edges: number[] = [];
  const quarterOfDay = (at_ms: number) => {
    const at = new Date(at_ms);
    return at.getHours() * 4 + Math.floor(at.getMinutes() / 15);
  };
  for (let at_ms = from_ms; at_ms < to_ms; at_ms += QUARTER_MS) {
    const is = quarterOfDay(at_ms);
    const wasChanged = (quarterOfDay(at_ms - QUARTER_MS) + 1) % 96 !== is;
    if (at_ms === from_ms || is % 4 === 0 || wasChanged) edges.push(at_ms);
  }
  return edges;
}
