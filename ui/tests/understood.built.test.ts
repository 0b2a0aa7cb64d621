// What people type to find sales, understood in both languages.
import { expect, test } from 'vitest';
import { spanOf, toggled, understand, type Days } from '../till/history/understood';
import { finding as en } from '../words/en/finding';
import { finding as nl } from '../words/nl/finding';

/** A Tuesday. */
const NOW = new Date(2026, 11, 1, 15, 30).getTime();
const day = (year: number, month: number, date: number) => new Date(year, month - 1, date).getTime();

const of = (text: string, finding: typeof nl = en) => {
  const { wanted, filters } = understand(text, finding, NOW);
  return { ...wanted, filters: [...filters].sort() };
};

test('a state, a day and a size are understood in any order, and the rest is looked for as it is', () => {
  expect(of('Declined last week anna INV-7 over 100')).toMatchObject({
    text: 'anna INV-7',
    facets: ['declined'],
    from_ms: day(2026, 11, 23),
    to_ms: day(2026, 11, 30),
    over: '100',
    under: null,
    filters: ['declined', 'last_week'],
  });
  expect(of('geweigerd vorige week boven 100', nl)).toMatchObject({ text: '', facets: ['declined'], over: '100' });
  expect(of('  not   KNOWN  ')).toMatchObject({ text: '', facets: ['not_known'] });
  expect(of('> 12,50 onder 20', nl)).toMatchObject({ over: '12,50', under: '20', text: '' });
});

test('a number is one by the word before it alone', () => {
  for (const typed of ['no 12', 'No. 12', 'number 12']) expect(of(typed)).toMatchObject({ number: 12, text: '' });
  expect(of('nr. 12', nl)).toMatchObject({ number: 12, text: '' });
  expect(of('12')).toMatchObject({ number: null, text: '12' });
  expect(of('no milk')).toMatchObject({ number: null, text: 'no milk' });
  expect(of('no 99999999999')).toMatchObject({ number: null, text: 'no 99999999999' });
});

test('a word that bounds nothing yet is a word', () => {
  expect(of('over')).toMatchObject({ over: null, text: 'over' });
  expect(of('last')).toMatchObject({ text: 'last', from_ms: null });
});

test('blanks within an amount stay, for the core reads it', () => {
  expect(of('1 250,50 €')).toMatchObject({ text: '1 250,50 €' });
});

test('days that exclude each other are no day', () => {
  const { from_ms, to_ms } = of('today last week');
  expect(from_ms).toBeGreaterThanOrEqual(to_ms ?? 0);
});

test.each<[Days, number, number]>([
  ['today', day(2026, 12, 1), day(2026, 12, 2)],
  ['yesterday', day(2026, 11, 30), day(2026, 12, 1)],
  ['this_week', day(2026, 11, 30), day(2026, 12, 7)],
  ['last_week', day(2026, 11, 23), day(2026, 11, 30)],
  ['this_month', day(2026, 12, 1), day(2027, 1, 1)],
  ['last_month', day(2026, 11, 1), day(2026, 12, 1)],
])('%s is from its first moment to the first after it', (days, from, to) => {
  expect(spanOf(days, NOW)).toEqual([from, to]);
});

test('on a Sunday the week began six days ago', () => {
  expect(spanOf('this_week', day(2026, 12, 6))).toEqual([day(2026, 11, 30), day(2026, 12, 7)]);
});

test('a key puts its word in and takes it out again, and of days one stands', () => {
  expect(toggled('anna', 'paid', en)).toBe('anna paid');
  expect(toggled('Paid anna', 'paid', en)).toBe('anna');
  expect(toggled('anna today', 'last_week', en)).toBe('anna last week');
  expect(toggled('Last  Week anna paid', 'last_week', en)).toBe('anna paid');
  expect(toggled('', 'not_known', nl)).toBe('niet bekend');
});

test.each([
  ['en', en],
  ['nl', nl],
])('every filter’s own words are understood as it, %s', (_, finding) => {
  for (const [filter, said] of Object.entries({ ...finding.facets, ...finding.days }))
    expect(of(said, finding)).toMatchObject({ text: '', filters: [filter] });
});
