// The Sale screen while an amount is typed, and what is said over every screen.
import type { TillFact } from '../../shared/bindings/TillFact';
import type { FakeCore } from '../../shared/fake_core';
import { userEvent } from 'vitest/browser';
import { LONG_NAME, ORDER } from '../own_texts';
import { differences, putPaid, putSaleIn, UNASKED, WHICH_JOURNAL } from '../scenes';
import { asked, fill, onScreen, press, says, till, typeAmount, type EveryScreen } from './bring';

const NOON = Date.UTC(2031, 2, 4, 12);

/** What is said at the top of the window until it is over. The others answer a command, where it was given. */
type Problem = Exclude<
  TillFact['fact'],
  | 'refused'
  | 'amount_refused'
  | 'order_refused'
  | 'cannot_sell'
  | 'sale_in_hand'
  | 'not_at_window'
  | 'malformed'
  | 'keys_missing'
  | 'training_has_no_keys'
  | 'key_malformed'
  | 'keys_mixed_modes'
  | 'keys_of_two_accounts'
  | 'key_not_kept'
  | 'preferences_refused'
  | 'folder_refused'
  | 'which_journal'
  | 'books_not_read'
  | 'list_not_saved'
>;

const PROBLEMS: { readonly [Fact in Problem]: Extract<TillFact, { fact: Fact }> } = {
  offline: { fact: 'offline', mode: 'live' },
  not_stripe: { fact: 'not_stripe', mode: 'live' },
  key_refused: { fact: 'key_refused' },
  key_lacks_permission: { fact: 'key_lacks_permission' },
  key_of_another_account: { fact: 'key_of_another_account', mode: 'live' },
  certificate_expired: { fact: 'certificate_expired', till_ms: NOON },
  certificate_not_yet_valid: { fact: 'certificate_not_yet_valid', till_ms: NOON },
  certificate_of_unknown_issuer: { fact: 'certificate_of_unknown_issuer' },
  certificate_of_another_name: { fact: 'certificate_of_another_name' },
  certificate_not_accepted: { fact: 'certificate_not_accepted' },
  clock_ahead: { fact: 'clock_ahead', minutes: 90 },
  clock_behind: { fact: 'clock_behind', minutes: 180 },
  payment_window_keeps_ending: { fact: 'payment_window_keeps_ending' },
  payment_window_not_cleared: { fact: 'payment_window_not_cleared' },
  keyring_locked: { fact: 'keyring_locked' },
  keyring_ambiguous: { fact: 'keyring_ambiguous' },
  keyring_missing: { fact: 'keyring_missing', what: 'service' },
  till_id_from_journal: { fact: 'till_id_from_journal' },
  till_id_differs: { fact: 'till_id_differs' },
  journal_newer: { fact: 'journal_newer', file: '/srv/till/live.sqlite' },
  journal_not_ours: { fact: 'journal_not_ours', file: '/srv/till/live.sqlite' },
  journal_corrupt: { fact: 'journal_corrupt', file: '/srv/till/live.sqlite' },
  journal_in_use: { fact: 'journal_in_use' },
  journal_not_copied: { fact: 'journal_not_copied' },
  copy_failed: { fact: 'copy_failed', folder: '/media/stick', failure: { why: 'no_folder' } },
  data_folder: { fact: 'data_folder', folder: '/srv/till', fault: { why: 'not_private', path: '/srv/till' } },
  settings_not_saved: { fact: 'settings_not_saved' },
  settings_corrupt: { fact: 'settings_corrupt', file: '/srv/till/settings.json', kept_as: '/srv/till/settings-damaged.json' },
  tls_missing: { fact: 'tls_missing' },
  training_not_started: { fact: 'training_not_started' },
};

/** Two at a time, as they come together at worst. */
const problems = Object.values(PROBLEMS).flatMap((first: TillFact, at, all: TillFact[]) => {
  const second = all[at + 1];
  if (at % 2 === 1 || second === undefined) return [];
  return [
    till(`problems/${first.fact}-and-${second.fact}`, { put: (core) => core.putStatus({ problems: [first, second] }), shows: 'problem' }),
  ];
});

async function withOrder(): Promise<void> {
  await typeAmount('25');
  await userEvent.keyboard('{Alt>}n{/Alt}');
  await fill('order-reference', ORDER.reference);
  await fill('order-note', ORDER.note);
}

/** The same amount is asked for again while it may yet turn out to be paid. */
const sameAmount = (name: string, put: (core: FakeCore) => unknown) =>
  till(`sale/same-amount-${name}`, {
    put,
    walk: async () => {
      await press('next-sale');
      await typeAmount('25');
      await press('charge-start');
    },
    shows: 'same-amount',
  });

export const sale: EveryScreen[] = [
  till('sale/amount-empty', { shows: 'amount' }),
  till('sale/amount-typed', { walk: () => typeAmount('25'), shows: 'charge-start' }),
  till('sale/amount-of-seven-figures', {
    mode: 'live',
    preferences: { shop_name: LONG_NAME },
    put: (core) => putPaid(core, {}),
    walk: () => typeAmount('1234567.89'),
    shows: 'charge-start',
  }),
  till('sale/amount-refused', { walk: () => typeAmount('x', 'refused'), shows: 'priced' }),
  till('sale/amount-not-read', {
    put: (core) => {
      core.refuseNext.set('price', 'silence');
    },
    walk: () => says('priced', 'data-kind', 'refused'),
    shows: 'priced',
  }),
  till('sale/not-opened', {
    put: (core) => {
      core.refuseNext.set('start_sale', { fact: 'refused', refusal: { code: 'journal_taken_over' } });
    },
    walk: async () => {
      await typeAmount('25');
      await press('charge-start');
      await says('priced', 'data-kind', 'refused');
    },
    shows: 'priced',
  }),
  till('sale/order-typed', { walk: withOrder, shows: 'order-fields' }),
  till('sale/order-given', {
    walk: async () => {
      await withOrder();
      await userEvent.keyboard('{Enter}');
    },
    shows: 'order-note-given',
  }),
  till('sale/order-refused', {
    put: (core) => {
      core.refuseNext.set('start_sale', { fact: 'order_refused', refused: { text: 'note', refused: { why: 'card_number' } } });
    },
    walk: async () => {
      await withOrder();
      await userEvent.keyboard('{Enter}{Enter}');
    },
    shows: 'order-refused',
  }),
  sameAmount('open', (core) => onScreen(core, putSaleIn(core, 'not_known'))),
  sameAmount('of-a-charge-that-nobody-asked-for', (core) => onScreen(core, putPaid(core, UNASKED))),
  till('sale/others-wait', {
    put: (core) => {
      for (const kind of ['not_known', 'declined', 'authenticated', 'held', 'open'] as const) putSaleIn(core, kind, 1250);
      onScreen(core, putPaid(core, {}));
    },
    walk: () => press('next-sale'),
    shows: 'attention',
  }),
  ...problems,
  till('problems/cannot-sell', {
    put: (core) => core.putStatus({ can_sell: false, problems: [{ fact: 'refused', refusal: { code: 'disk_full' } }] }),
    shows: 'try-opening-again',
  }),
  till('problems/cannot-sell-even-now', {
    put: (core) => {
      core.putStatus({ can_sell: false, problems: [{ fact: 'journal_in_use' }] });
      core.refuseNext.set('choose_mode', { fact: 'training_not_started' });
    },
    walk: () => press('try-opening-again'),
    shows: 'retry-refusal',
  }),
  till('problems/which-journal', {
    mode: 'live',
    put: (core) => core.putStatus({ can_sell: false, problems: [WHICH_JOURNAL] }),
    shows: 'journal-question',
  }),
  till('problems/which-journal-refused', {
    mode: 'live',
    put: (core) => {
      core.putStatus({ can_sell: false, problems: [WHICH_JOURNAL] });
      core.refuseNext.set('answer_journal', { fact: 'journal_in_use' });
    },
    walk: () => press('start-journal'),
    shows: 'journal-refusal',
  }),
  till('notices/charged-unasked', {
    put: (core) => {
      putPaid(core, UNASKED);
      onScreen(core, putSaleIn(core, 'approved', 1250));
    },
    shows: 'unasked-1',
  }),
  till('notices/books-differ', {
    put: (core) => {
      core.differences = differences(putPaid(core, {}));
      return core.reconcile(Date.now() - 86_400_000, Date.now());
    },
    shows: 'books-notice',
  }),
  till('notices/which-till', {
    put: async (core) => {
      const result = await core.reconcile(Date.now() - 86_400_000, Date.now());
      core.putReconciliation({ ...result, agreement: 'not_whole', gaps: [{ kind: 'other_tills_before', payments: 12 }] });
    },
    shows: 'which-till-other_tills_before',
  }),
  till('notices/check-before-the-first-live-sale', { mode: 'live', shows: 'check-first' }),
  till('start/not-answered', {
    put: (core) => {
      core.refuseNext.set('till_status', 'silence');
    },
    shows: 'not-started',
  }),
  till('start/waiting', { delay_ms: 600_000, walk: (core) => asked(core, 'till_status'), shows: 'starting' }),
];
