// The sums of a span of days: of none, of a day, of months, in several currencies, while they are put together, and when they cannot
// be read.
import type { FakeCore } from '../../shared/fake_core';
import { fakeMoney } from '../../shared/fake_price';
import { fakeRefund } from '../../shared/fake_refunds';
import { dayOf, type Day } from '../../till/totals/spans';
import { writeDay } from '../../till/totals/typed_day';
import { asked, fill, go, press, there, till, type EveryScreen } from './bring';

const LOCALE = 'en-GB';

interface Sold {
  at: Date;
  minor: number;
  currency?: string;
  back?: number;
  /** Hours later. */
  backAfter?: number;
}

/** A sale that was paid at this time, and of which something was given back some hours later. */
export function sold(core: FakeCore, { at, minor, currency = 'GBP', back = 0, backAfter = 1 }: Sold): void {
  const money = fakeMoney(minor, { currency, locale: LOCALE });
  const at_ms = at.getTime();
  const receipt = {
    at_ms,
    card: { brand: 'Visa', last4: '4242' },
    authorization_code: '264318',
    authenticated: false,
    payment_intent: 'pi_3QFakeXy7LkdIwHu1n0aBcDe',
  };
  const refunds =
    back === 0 ? [] : [fakeRefund(fakeMoney(back, { currency, locale: LOCALE }), 'refunded', { at_ms: at_ms + backAfter * 3_600_000 })];
  core.put(core.draft(money, { kind: 'approved', receipt }, { opened_at_ms: at_ms, refunds }));
}

const today = (): Day => dayOf(Date.now());
const on = ({ year, month, day }: Day, hour = 12, minute = 0): Date => new Date(year, month - 1, day, hour, minute);

/** Draws numbers that look like a shop's, and are the same each time. */
function* drawn(): Generator<number, never> {
  for (let seed = 7; ;) {
    seed = (seed * 16_807) % 2_147_483_647;
    yield seed / 2_147_483_647;
  }
}

/** A day from nine to six, with a few refunds. */
function aDay(core: FakeCore, day = today(), sales = 60): void {
  const draw = drawn();
  for (let nth = 0; nth < sales; nth += 1) {
    const minor = 350 + Math.round(draw.next().value ** 3 * 9000);
    sold(core, { at: on(day, 9 + Math.floor(draw.next().value * 9), nth % 60), minor, back: nth % 17 === 5 ? minor : 0 });
  }
}

/** A year, with a sale on most days. */
function aYear(core: FakeCore, year: number, most = 90_000): void {
  const draw = drawn();
  for (let nth = 0; nth < 365; nth += 1) {
    const minor = 20_000 + Math.round(draw.next().value * most);
    const at = new Date(year, 0, 1 + nth, 14);
    if (at.getDay() !== 0) sold(core, { at, minor, back: nth % 9 === 4 ? Math.round(minor / 4) : 0 });
  }
}

const opened = (name: string, put: (core: FakeCore) => unknown, walk: (core: FakeCore) => unknown = () => undefined, shows = 'totals') =>
  till(`totals/${name}`, {
    put,
    walk: async (core) => {
      await go('totals');
      await walk(core);
    },
    shows,
  });

const shown = () => there('totals-sum');

export const totals: EveryScreen[] = [
  opened('nothing', () => undefined, undefined, 'totals-nothing'),
  opened(
    'today',
    (core) => {
      aDay(core);
    },
    shown,
  ),
  opened(
    'this-month-in-two-currencies',
    (core) => {
      const { year, month } = today();
      aYear(core, year, 260_000_000);
      for (const day of [3, 4, 9, 17])
        sold(core, { at: on({ year, month, day }), minor: 12_000 * day, currency: 'JPY', back: day === 9 ? 2_000 : 0 });
    },
    async () => {
      await press('totals-span-this_month');
      await there('totals-of-JPY');
    },
  ),
  opened(
    'a-year',
    (core) => {
      aYear(core, today().year - 1);
    },
    async () => {
      await press('totals-span-last_year');
      await there('totals-sum');
    },
  ),
  opened(
    'years-that-were-typed',
    (core) => {
      for (const year of [today().year - 2, today().year - 1]) aYear(core, year);
    },
    async () => {
      await fill('totals-from', writeDay({ year: today().year - 2, month: 3, day: 9 }, LOCALE));
      await press('totals-show');
      await shown();
    },
  ),
  opened(
    'more-given-back-than-taken',
    (core) => {
      const yesterday = on(today(), 10).getTime() - 86_400_000;
      for (const hours of [24, 27, 28]) sold(core, { at: new Date(yesterday), minor: 4_000, back: 4_000, backAfter: hours });
      sold(core, { at: on(today(), 11), minor: 1_250 });
    },
    shown,
  ),
  opened(
    'wrong-date',
    () => undefined,
    async () => {
      await there('totals-nothing');
      await fill('totals-to', '31/2');
      await press('totals-show');
    },
    'totals-wrong',
  ),
  opened(
    'put-together',
    (core) => {
      aDay(core);
      core.putStatus({ books: { filed: 412_000, of: 1_000_000, after_damage: false } });
    },
    shown,
    'totals-incomplete',
  ),
  opened(
    'adding-up',
    (core) => {
      core.totals = () => new Promise(() => undefined);
    },
    undefined,
    'totals-reading',
  ),
  till('totals/not-read', {
    walk: async (core) => {
      await there('window');
      await asked(core, 'check_report');
      core.refuseNext.set('totals', { fact: 'books_not_read', why: 'damaged' });
      await go('totals');
    },
    shows: 'totals-refusal',
  }),
];
