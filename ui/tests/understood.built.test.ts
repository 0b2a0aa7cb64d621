// What people type to find sales, understood in both languages.
import { expect, test } from 'vitest';
import { spanOf, toggled, understand, type Days, type Typed } from '../till/history/understood';
import { finding as en } from '../words/en/finding';
import { finding as nl } from '../words/nl/finding';

/** A Tuesday. */
const NOW = new Date(2026, 11, 1, 15, 30).getTime();
const day = (year: number, month: number, date: number) => new Date(year, month - 1, date).getTime();

const BRITISH = { locale: 'en-GB', currency: 'GBP', now_ms: NOW };
const DUTCH = { locale: 'nl-NL', currency: 'EUR', now_ms: NOW };

const of = (text: string, finding: typeof nl = en, typed: Typed = finding === nl ? DUTCH : BRITISH) => {
  const { wanted, filters } = understand(text, finding, typed);
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
  for (const typed of ['no 12', 'No. 12', 'number 12', 'No.12', 'no.12']) expect(of(typed)).toMatchObject({ number: 12, text: '' });
  for (const typed of ['nr. 12', 'nr.12']) expect(of(typed, nl)).toMatchObject({ number: 12, text: '' });
  expect(of('no12')).toMatchObject({ number: null, text: 'no12' });
  expect(of('12')).toMatchObject({ number: null, text: '12' });
  expect(of('no milk')).toMatchObject({ number: null, text: 'no milk' });
  expect(of('no 99999999999')).toMatchObject({ number: null, text: 'no 99999999999' });
});

test('a size is understood however it is written', () => {
  const over: [string, string][] = [
    ['>100', '100'],
    ['> £100', '£100'],
    ['>£100', '£100'],
    ['more than 100', '100'],
    ['above 100.50', '100.50'],
    ['over £ 100', '£ 100'],
    ['over GBP 100', 'GBP 100'],
    ['over 100 gbp', '100 gbp'],
    ['over 100EUR', '100EUR'],
    ['over 1 250', '1 250'],
    ['over 1 250.50', '1 250.50'],
    ['over £1 250 000', '£1 250 000'],
  ];
  for (const [typed, amount] of over)
    expect(of(`anna ${typed} paid`), typed).toMatchObject({ over: amount, text: 'anna', facets: ['paid'] });
  for (const typed of ['<20', 'less than 20', 'under 20', 'below 20']) expect(of(typed)).toMatchObject({ under: '20', text: '' });
  expect(of('meer dan € 1 250,50 minder dan 2000 EUR', nl)).toMatchObject({ over: '€ 1 250,50', under: '2000 EUR', text: '' });
  expect(of('meer dan 100 kr', nl, { ...DUTCH, locale: 'sv-SE', currency: 'SEK' })).toMatchObject({ over: '100 kr', text: '' });
});

test('what comes after an amount without being of it is looked for', () => {
  expect(of('over 12 4242')).toMatchObject({ over: '12', text: '4242' });
  expect(of('over 1250 250')).toMatchObject({ over: '1250', text: '250' });
  expect(of('over 100 ron')).toMatchObject({ over: '100', text: 'ron' });
  expect(of('over £100 EUR')).toMatchObject({ over: '£100', text: 'EUR' });
  expect(of('over 100 "250"')).toMatchObject({ over: '100', text: '250' });
});

test('a word that bounds is one only before an amount', () => {
  for (const typed of ['van der Meer', 'meer', 'meer 100', 'minder 20', 'onder ons', 'boven R2D2']) {
    expect(of(typed, nl), typed).toMatchObject({ over: null, under: null, text: typed });
  }
  expect(of('over there')).toMatchObject({ over: null, text: 'over there' });
  expect(of('more than 12 days')).toMatchObject({ over: '12', text: 'days' });
});

test('quotes take what stands between them as it is, whatever it would mean', () => {
  expect(of('Richard "held"')).toMatchObject({ text: 'Richard held', facets: [] });
  expect(of('“not known” paid')).toMatchObject({ text: 'not known', facets: ['paid'] });
  expect(of('"over" 100 „vandaag”', nl)).toMatchObject({ text: 'over 100 vandaag', over: null, from_ms: null });
  expect(of('no "12"')).toMatchObject({ text: 'no 12', number: null });
  expect(of('"held')).toMatchObject({ text: 'held', facets: [] });
  expect(of('5" pipe held')).toMatchObject({ text: '5" pipe', facets: ['held'] });
});

test('another spelling of a state is understood as it', () => {
  expect(of('Canceled today')).toMatchObject({ text: '', facets: ['cancelled'], filters: ['cancelled', 'today'] });
  expect(of('gecanceld', nl)).toMatchObject({ text: '', facets: ['cancelled'] });
  expect(toggled('canceled anna', 'cancelled', en, BRITISH)).toBe('anna');
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
  expect(spanOf(days, NOW, 'en-GB')).toEqual([from, to]);
});

test('on a Sunday the week began six days ago', () => {
  expect(spanOf('this_week', day(2026, 12, 6), 'nl-NL')).toEqual([day(2026, 11, 30), day(2026, 12, 7)]);
});

test.each<[string, Days, number, number]>([
  ['en-US', 'this_week', day(2026, 11, 29), day(2026, 12, 6)],
  ['en-US', 'last_week', day(2026, 11, 22), day(2026, 11, 29)],
  ['nl-NL', 'this_week', day(2026, 11, 30), day(2026, 12, 7)],
  ['nl-NL', 'last_week', day(2026, 11, 23), day(2026, 11, 30)],
  ['en-GB', 'this_week', day(2026, 11, 30), day(2026, 12, 7)],
])('weeks begin on the day on which they do in %s: %s', (locale, days, from, to) => {
  expect(spanOf(days, NOW, locale)).toEqual([from, to]);
});

test('an engine is asked for a locale’s week by the name that it knows, and where none tells it, weeks begin on Monday', () => {
  const locale = Intl.Locale.prototype as object;
  const names = ['weekInfo', 'getWeekInfo'] as const;
  const told = names.map((name) => [name, Object.getOwnPropertyDescriptor(locale, name)] as const);
  const tells = (name: (typeof names)[number], value: unknown) => {
    Object.defineProperty(locale, name, { value, configurable: true });
  };
  try {
    for (const name of names) tells(name, undefined);
    expect(spanOf('this_week', NOW, 'en-US')).toEqual([day(2026, 11, 30), day(2026, 12, 7)]);
    tells('weekInfo', { firstDay: 7 });
    expect(spanOf('this_week', NOW, 'en-US')).toEqual([day(2026, 11, 29), day(2026, 12, 6)]);
    tells('getWeekInfo', () => ({ firstDay: 6 }));
    expect(spanOf('this_week', NOW, 'en-US')).toEqual([day(2026, 11, 28), day(2026, 12, 5)]);
  } finally {
    for (const [name, was] of told) {
      Reflect.deleteProperty(locale, name);
      if (was !== undefined) Object.defineProperty(locale, name, was);
    }
  }
});

test('a key puts its word in and takes it out again, and of days one stands', () => {
  expect(toggled('anna', 'paid', en, BRITISH)).toBe('anna paid');
  expect(toggled('Paid anna', 'paid', en, BRITISH)).toBe('anna');
  expect(toggled('anna today', 'last_week', en, BRITISH)).toBe('anna last week');
  expect(toggled('Last  Week anna paid', 'last_week', en, BRITISH)).toBe('anna paid');
  expect(toggled('today anna today', 'today', en, BRITISH)).toBe('anna');
  expect(toggled('today yesterday', 'last_week', en, BRITISH)).toBe('last week');
  expect(toggled('"held" anna', 'held', en, BRITISH)).toBe('"held" anna held');
  expect(toggled('"held', 'held', en, BRITISH)).toBe('"held" held');
  expect(toggled('', 'not_known', nl, DUTCH)).toBe('niet bekend');
});

test.each([
  ['en', en],
  ['nl', nl],
])('every filter’s own words are understood as it, %s', (_, finding) => {
  for (const [filter, said] of Object.entries({ ...finding.facets, ...finding.days }))
    expect(of(said, finding)).toMatchObject({ text: '', filters: [filter] });
});
