// The days that are added up, and the times between which, in zones of every kind; and days as people type them.
import { afterEach, describe, expect, test } from 'vitest';
import { chartOf, marksOf } from '../till/totals/chart';
import { labelsOf, writeDays } from '../till/totals/labels';
import { countOf, daysOf, edgesOf, isTooLong, type Day, type SpanName } from '../till/totals/spans';
import { readDay, writeDay } from '../till/totals/typed_day';
import type { SumsView } from '../shared/bindings/SumsView';

const HOUR_MS = 3_600_000;
const QUARTER_MS = 900_000;

const before = process.env['TZ'];
/** From now on this computer is there. */
function standIn(zone: string): void {
  process.env['TZ'] = zone;
}
afterEach(() => {
  if (before === undefined) delete process.env['TZ'];
  else process.env['TZ'] = before;
});

const day = (year: number, month: number, one: number): Day => ({ year, month, day: one });
/** Without what one version of the system's own data writes otherwise than another. */
const bare = (text: string) => text.replaceAll(/[\s,]/gu, '');
const one = (of: Day) => ({ first: of, last: of });

/** What the clock on the wall shows at each edge. */
const onTheWall = (edges_ms: readonly number[]) =>
  edges_ms.map((at_ms) => {
    const at = new Date(at_ms);
    return `${String(at.getHours()).padStart(2, '0')}:${String(at.getMinutes()).padStart(2, '0')}`;
  });

/** What the till asks of edges. */
function expectEdges(edges_ms: readonly number[]): void {
  expect(edges_ms.length).toBeGreaterThan(1);
  expect(edges_ms.length).toBeLessThanOrEqual(801);
  expect(edges_ms.filter((at_ms) => at_ms % QUARTER_MS !== 0)).toEqual([]);
  expect(edges_ms.filter((at_ms, nth) => nth > 0 && at_ms <= (edges_ms[nth - 1] ?? 0))).toEqual([]);
}

describe('the hours of a day', () => {
  test.for([
    ['Europe/Amsterdam', day(2026, 3, 28), 24, 24 * HOUR_MS],
    ['Europe/Amsterdam', day(2026, 3, 29), 23, 23 * HOUR_MS],
    ['Europe/Amsterdam', day(2026, 10, 25), 25, 25 * HOUR_MS],
    ['America/New_York', day(2026, 11, 1), 25, 25 * HOUR_MS],
    ['Asia/Kathmandu', day(2026, 3, 29), 24, 24 * HOUR_MS],
    ['Australia/Lord_Howe', day(2026, 4, 5), 25, 24.5 * HOUR_MS],
    ['Australia/Lord_Howe', day(2026, 10, 4), 24, 23.5 * HOUR_MS],
    // The clocks change at midnight: the day begins at one.
    ['Africa/Cairo', day(2026, 4, 24), 23, 23 * HOUR_MS],
    ['Pacific/Chatham', day(2026, 7, 1), 24, 24 * HOUR_MS],
  ] as const)('%s, %o', ([zone, of, slots, long_ms]) => {
    standIn(zone);
    const { step, edges_ms } = edgesOf(one(of));
    expect(step).toBe('hour');
    expectEdges(edges_ms);
    expect(edges_ms.length - 1).toBe(slots);
    expect((edges_ms.at(-1) ?? 0) - (edges_ms[0] ?? 0)).toBe(long_ms);
  });

  test('stand where the wall clock shows a full hour, whatever it is in Greenwich', () => {
    standIn('Asia/Kathmandu');
    expect(onTheWall(edgesOf(one(day(2026, 3, 29))).edges_ms).slice(0, 3)).toEqual(['00:00', '01:00', '02:00']);
    expect((edgesOf(one(day(2026, 3, 29))).edges_ms[0] ?? 0) % HOUR_MS).toBe(QUARTER_MS);
    standIn('Australia/Lord_Howe');
    expect((edgesOf(one(day(2026, 7, 1))).edges_ms[0] ?? 0) % HOUR_MS).toBe(2 * QUARTER_MS);
  });

  test('an hour that is not there is left out, and one that comes twice stands twice', () => {
    standIn('Europe/Amsterdam');
    expect(onTheWall(edgesOf(one(day(2026, 3, 29))).edges_ms).slice(0, 4)).toEqual(['00:00', '01:00', '03:00', '04:00']);
    const back = edgesOf(one(day(2026, 10, 25))).edges_ms;
    expect(onTheWall(back).slice(0, 5)).toEqual(['00:00', '01:00', '02:00', '02:00', '03:00']);
    const slots = back.slice(0, -1).map((from_ms, nth) => ({ from_ms, to_ms: back[nth + 1] ?? 0 }));
    const { full } = labelsOf('hour', slots, 'en-GB');
    expect(slots.slice(2, 4).map(full)).toEqual(['02:00 CEST – 02:00 CET', '02:00 CET – 03:00 CET']);
    expect(new Set(slots.map(full)).size).toBe(25);
    standIn('Australia/Lord_Howe');
    expect(onTheWall(edgesOf(one(day(2026, 4, 5))).edges_ms).slice(0, 5)).toEqual(['00:00', '01:00', '01:30', '02:00', '03:00']);
    expect(onTheWall(edgesOf(one(day(2026, 10, 4))).edges_ms).slice(0, 4)).toEqual(['00:00', '01:00', '02:30', '03:00']);
  });
});

describe('the days of a span', () => {
  test('have 23 and 25 hours where the clocks change', () => {
    standIn('Europe/Amsterdam');
    for (const [month, odd, hours] of [
      [3, 29, 23],
      [10, 25, 25],
    ] as const) {
      const { step, edges_ms } = edgesOf({ first: day(2026, month, 1), last: day(2026, month, 31) });
      expect(step).toBe('day');
      expectEdges(edges_ms);
      const long = edges_ms.slice(1).map((at_ms, nth) => (at_ms - (edges_ms[nth] ?? 0)) / HOUR_MS);
      expect(long).toEqual(Array.from({ length: 31 }, (_, nth) => (nth + 1 === odd ? hours : 24)));
    }
  });

  test('a leap year has 366 of them, and more are told by the month', () => {
    standIn('Europe/Amsterdam');
    const year = edgesOf({ first: day(2028, 1, 1), last: day(2028, 12, 31) });
    expect([year.step, year.edges_ms.length]).toEqual(['day', 367]);
    const months = edgesOf({ first: day(2026, 11, 15), last: day(2028, 1, 3) });
    expect([months.step, months.edges_ms.length - 1]).toEqual(['month', 15]);
    const slots = months.edges_ms.slice(0, -1).map((from_ms, nth) => ({ from_ms, to_ms: months.edges_ms[nth + 1] ?? 0 }));
    const { full } = labelsOf('month', slots, 'en-GB');
    expect(bare(full(slots[0] ?? { from_ms: 0, to_ms: 0 }))).toBe('15–30Nov2026');
    expect(full(slots[1] ?? { from_ms: 0, to_ms: 0 })).toBe('December 2026');
    expect(bare(full(slots[14] ?? { from_ms: 0, to_ms: 0 }))).toBe('1–3Jan2028');
  });

  test('of times when clocks stood by the sun are asked for as the till can be asked', () => {
    standIn('Europe/Amsterdam');
    for (const days of [
      one(day(1930, 6, 1)),
      { first: day(1936, 6, 1), last: day(1938, 6, 1) },
      { first: day(1937, 6, 20), last: day(1937, 7, 9) },
    ])
      expectEdges(edgesOf(days).edges_ms);
    expect(isTooLong({ first: day(1900, 1, 1), last: day(2026, 1, 1) })).toBe(true);
    const longest = { first: day(1960, 1, 31), last: day(2026, 8, 1) };
    expect(isTooLong(longest)).toBe(false);
    expectEdges(edgesOf(longest).edges_ms);
  });

  test('every day of a year, in every kind of zone, has edges that the till takes', () => {
    for (const zone of ['Europe/Amsterdam', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'Africa/Cairo', 'America/Havana', 'Asia/Beirut']) {
      standIn(zone);
      for (let nth = 1; nth <= 365; nth += 1) {
        const of = new Date(2026, 0, nth, 12);
        const { edges_ms } = edgesOf(one(day(2026, of.getMonth() + 1, of.getDate())));
        expectEdges(edges_ms);
        expect(edges_ms[0]).toBe(new Date(2026, of.getMonth(), of.getDate()).getTime());
        expect(edges_ms.at(-1)).toBe(new Date(2026, of.getMonth(), of.getDate() + 1).getTime());
      }
    }
  });
});

describe('a span by its name', () => {
  const spans = (now: Date) =>
    (['today', 'yesterday', 'this_week', 'last_week', 'this_month', 'last_month', 'this_year', 'last_year'] satisfies SpanName[]).map(
      (name) => bare(writeDays(daysOf(name, now.getTime(), 'en-GB'), 'en-GB')),
    );

  test('on a Tuesday', () => {
    expect(spans(new Date(2026, 11, 1, 8))).toEqual([
      'Tuesday1Dec2026',
      'Monday30Nov2026',
      '30Nov–6Dec2026',
      '23–29Nov2026',
      '1–31Dec2026',
      '1–30Nov2026',
      '1Jan–31Dec2026',
      '1Jan–31Dec2025',
    ]);
  });

  test('on the first day of a year, which is a Sunday, and on a day on which the clocks go back', () => {
    expect(spans(new Date(2023, 0, 1, 0, 5)).slice(1, 6)).toEqual([
      'Saturday31Dec2022',
      '26Dec2022–1Jan2023',
      '19–25Dec2022',
      '1–31Jan2023',
      '1–31Dec2022',
    ]);
    standIn('Europe/Amsterdam');
    const now = new Date(2026, 9, 25, 23, 30).getTime();
    expect(daysOf('yesterday', now, 'en-GB')).toEqual(one(day(2026, 10, 24)));
    expect(countOf(daysOf('this_week', now, 'en-GB'))).toBe(7);
  });

  test('a week begins as the locale’s country has it', () => {
    const tuesday = new Date(2026, 11, 1, 8).getTime();
    expect(daysOf('this_week', tuesday, 'en-US').first).toEqual(day(2026, 11, 29));
    expect(daysOf('last_week', tuesday, 'nl-NL')).toEqual({ first: day(2026, 11, 23), last: day(2026, 11, 29) });
  });
});

describe('a day that is typed', () => {
  test('is read in the order of the locale, or as ISO 8601 writes it', () => {
    const of = day(2026, 11, 23);
    for (const [locale, typed] of [
      ['en-GB', ['23/11/2026', '23.11.2026', ' 23-11-2026 ', '23 11 2026', '2026-11-23', '23/11/2026']],
      ['en-US', ['11/23/2026', '2026-11-23']],
      ['nl-NL', ['23-11-2026', '23-11-2026']],
      ['hu-HU', ['2026. 11. 23.', '2026-11-23']],
      ['ja-JP', ['2026/11/23', '2026/11/23']],
      ['cs-CZ', ['23. 11. 2026', '23.11.2026']],
    ] as const)
      for (const text of typed) expect([locale, text, readDay(text, locale)]).toEqual([locale, text, of]);
  });

  test('is read again as it was written, in every locale', () => {
    const locales =
      'en-GB en-US en-IE en-AU en-NZ en-CA en-IN en-SG de-DE de-AT de-CH fr-FR es-ES it-IT nl-NL pt-PT pt-BR sv-SE da-DK nb-NO fi-FI pl-PL cs-CZ hu-HU ja-JP';
    for (const locale of locales.split(' '))
      for (const of of [day(2026, 2, 3), day(2024, 2, 29), day(1999, 12, 31)])
        expect([locale, readDay(writeDay(of, locale), locale)]).toEqual([locale, of]);
  });

  test('is refused where it is none, and never made into another', () => {
    for (const text of ['', '23', '23/11', '23/11/26', '23/11/2026 2', 'today', '111/2/2026', '2026-11', '23/nov/2026', '２３/11/2026'])
      expect([text, readDay(text, 'en-GB')]).toEqual([text, 'not_a_date']);
    for (const text of ['31/02/2026', '29/02/2026', '0/1/2026', '1/13/2026', '2026-02-30', '32/1/2026'])
      expect([text, readDay(text, 'en-GB')]).toEqual([text, 'no_such_day']);
  });
});

describe('a chart', () => {
  const money = (amount_minor: number) => ({ amount_minor, currency: 'GBP', text: String(amount_minor) });
  const sums = (taken: number, refunded: number): SumsView => ({
    taken: money(taken),
    refunded: money(refunded),
    net: money(taken - refunded),
    payments: 1,
    refunds: 1,
  });
  const columns = (all: readonly (SumsView | null)[]) => all.map((own, nth) => ({ slot: { from_ms: nth, to_ms: nth + 1 }, sums: own }));

  test('measures what was taken and what was given back by the same', () => {
    const chart = chartOf(columns([sums(300, 0), null, sums(150, 100)]), 300, 200);
    expect(chart.base).toBe(150);
    expect(chart.bars.map(({ up, down }) => [up, down])).toEqual([
      [150, 0],
      [0, 0],
      [75, 50],
    ]);
    expect([chart.most?.taken.text, chart.mostBack?.refunded.text]).toEqual(['300', '100']);
    for (const { x, width } of chart.bars) expect(x >= 0 && x + width <= 300).toBe(true);
  });

  test('shows the least of amounts beside the largest, and stands without any', () => {
    expect(chartOf(columns([sums(100_000_000, 0), sums(1, 0)]), 300, 200).bars[1]?.up).toBeGreaterThanOrEqual(1);
    const none = chartOf(columns([null, null]), 300, 200);
    expect([none.base, none.most, none.mostBack]).toEqual([200, null, null]);
  });

  test('has as many marks as have room, and none that is cut off', () => {
    const { bars } = chartOf(columns(Array.from({ length: 24 }, () => null)), 960, 200);
    const marks = marksOf(bars, 960, ({ from_ms }) => String(from_ms));
    expect(marks.map(({ text }) => text)).toEqual(['0', '2', '4', '6', '8', '10', '12', '14', '16', '18', '20', '22']);
    expect(marks[0]?.at).toBe(20);
    const some = marksOf(bars, 960, ({ from_ms }) => ([0, 12, 23].includes(from_ms) ? String(from_ms) : null));
    expect(some.map(({ text, begins }) => [text, begins])).toEqual([
      ['0', true],
      ['12', true],
      ['23', true],
    ]);
    expect(marksOf(bars, 940, ({ from_ms }) => (from_ms === 23 ? 'last' : null))).toEqual([]);
  });
});
