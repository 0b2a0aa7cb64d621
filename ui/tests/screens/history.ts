// The history, with what is beside it: each sale in detail, and what is done from there.
import { expect } from 'vitest';
import { page } from 'vitest/browser';
import type { StageView } from '../../shared/bindings/StageView';
import type { FakeCore } from '../../shared/fake_core';
import { fakeMoney } from '../../shared/fake_price';
import { fakeRefund } from '../../shared/fake_refunds';
import { LONG_ORDER, ORDER } from '../own_texts';
import { absent, dispute, MISMATCH, putPaid, putSaleIn, stages, UNASKED } from '../scenes';
import { asked, fill, go, press, there, till, type EveryScreen } from './bring';

const POUNDS = { currency: 'GBP', locale: 'en-GB' };
const kinds = Object.keys(stages(0)) as StageView['kind'][];

/** A day's sales, of every kind. */
function aDay(core: FakeCore): void {
  putPaid(core, { refunds: [fakeRefund(fakeMoney(2500, POUNDS), 'refunded')] });
  putPaid(core, { disputes: [dispute()], reference: LONG_ORDER.reference }, 6400);
  putPaid(core, UNASKED, 123_456_789);
  for (const [at, kind] of [...kinds, ...kinds].entries()) putSaleIn(core, kind, 950 + at * 1234);
}

const opened = (
  name: string,
  put: (core: FakeCore) => unknown,
  walk: (core: FakeCore) => unknown = () => undefined,
  shows = 'sale-detail',
) =>
  till(`history/${name}`, {
    put,
    walk: async (core) => {
      await go('history');
      await walk(core);
    },
    shows,
  });

const askSave = async () => {
  await there('sale-1');
  await press('save-list');
  await there('save-list-panel');
};

/** The list is saved as a file. */
const list: EveryScreen[] = [
  opened('list-asks', aDay, askSave, 'save-list-panel'),
  opened(
    'list-is-saved',
    (core) => {
      aDay(core);
      core.listing.waits = true;
    },
    async (core) => {
      await askSave();
      await press('save-plain');
      await asked(core, 'save_list');
      core.listing.tell(412_000);
    },
    'list-stop',
  ),
  opened(
    'list-saved',
    (core) => {
      aDay(core);
      core.listing.unreadable = 2;
    },
    async () => {
      await askSave();
      await press('save-spreadsheet');
      await there('list-unreadable');
    },
    'list-saved',
  ),
  opened(
    'list-stopped',
    (core) => {
      aDay(core);
      core.listing.waits = true;
    },
    async (core) => {
      await askSave();
      await press('save-plain');
      await asked(core, 'save_list');
      await press('list-stop');
    },
    'list-stopped',
  ),
  opened(
    'list-not-saved',
    (core) => {
      aDay(core);
      core.refuseNext.set('save_list', { fact: 'list_not_saved', folder: '/home/till/Downloads', why: { why: 'disk_full' } });
    },
    async () => {
      await askSave();
      await press('save-plain');
    },
    'list-refusal',
  ),
];

export const history: EveryScreen[] = [
  opened('empty', () => undefined, undefined, 'search'),
  opened('full', aDay, () => there('sale-1')),
  opened('nothing-found', aDay, () => fill('search', 'nobody paid this'), 'search'),
  opened('an-amount-that-is-none', aDay, () => fill('search', 'over £12.505'), 'wrong-amount'),
  opened(
    'not-among-those-listed',
    (core) => {
      aDay(core);
      core.putStatus({ books: { filed: 412_000, of: 1_000_000, after_damage: false } });
    },
    () => fill('search', 'no 312'),
    'search',
  ),
  opened(
    'looking',
    aDay,
    async (core) => {
      await there('sale-1');
      core.findSales = () => new Promise(() => undefined);
      await fill('search', 'anna');
      await expect.element(page.getByTestId('count')).toHaveTextContent('Looking…');
    },
    'count',
  ),
  opened(
    'left-the-list',
    (core) => {
      aDay(core);
      putSaleIn(core, 'not_known', 7700);
    },
    async (core) => {
      await fill('search', 'not known');
      await press('sale-30');
      const sale = (await core.recentSales()).find(({ number }) => number === 30);
      if (sale !== undefined) core.put({ ...sale, stage: stages(Date.now()).approved });
      await expect.element(page.getByTestId('sale-30')).not.toBeInTheDocument();
    },
    'receipt-amount',
  ),
  opened('narrowed', aDay, async () => {
    await press('filter-today');
    await press('filter-paid');
    await press('oldest-first');
    await there('sale-1');
  }),
  opened('made-again', (core) => {
    aDay(core);
    core.putStatus({ books: { filed: 412_000, of: 1_000_000, after_damage: false } });
  }),
  opened('made-again-after-damage', (core) => {
    aDay(core);
    core.putStatus({ books: { filed: 1200, of: 1_000_000, after_damage: true } });
    core.unreadable = [7, 12];
  }),
  ...list,
  till('history/not-read', {
    put: (core) => {
      putSaleIn(core, 'approved');
    },
    walk: async (core) => {
      await there('window');
      await asked(core, 'check_report');
      core.refuseNext.set('find_sales', 'silence');
      await go('history');
      await there('history-refusal');
    },
    shows: 'history-refusal',
  }),
  ...kinds.map((kind) => opened(`a-sale-that-is-${kind}`, (core) => putSaleIn(core, kind))),
  opened('a-sale-that-nobody-asked-to-be-paid', (core) => putPaid(core, UNASKED)),
  opened('a-sale-of-another-amount-at-stripe', (core) => core.put({ ...putSaleIn(core, 'not_known'), ...MISMATCH })),
  opened('a-sale-that-stripe-has-not', (core) => core.put({ ...putSaleIn(core, 'not_known'), stage: absent() })),
  opened(
    'a-sale-of-which-a-part-was-given-back',
    (core) =>
      putPaid(core, {
        ...ORDER,
        disputes: [dispute()],
        refunds: [fakeRefund(fakeMoney(500, POUNDS), 'refunded'), fakeRefund(fakeMoney(250, POUNDS), 'pending', { elsewhere: true })],
      }),
    undefined,
    'refunds',
  ),
  opened(
    'what-happened',
    (core) =>
      putPaid(core, {
        ...ORDER,
        refunds: [fakeRefund(fakeMoney(500, POUNDS), 'refunded'), fakeRefund(fakeMoney(250, POUNDS), 'not_known')],
      }),
    async (core) => {
      core.putStatus({ mode: 'test' });
      await there('sale-1');
      await press('timeline-show');
      await there('timeline-copy');
      document.querySelector('[data-testid=timeline-copied]')?.scrollIntoView({ block: 'end' });
    },
    'timeline',
  ),
  opened(
    'a-refund-that-is-not-known',
    (core) => putPaid(core, { refunds: [fakeRefund(fakeMoney(500, POUNDS), 'not_known')] }),
    undefined,
    'refunds',
  ),
  opened(
    'refund-panel',
    (core) => putPaid(core, {}),
    () => press('action-refund'),
    'refund-panel',
  ),
];
