// A sale on the Sale screen: each stage, what each can also say, each question before a step, and what comes after a payment.
import type { Oddity } from '../../shared/bindings/Oddity';
import type { RefundState } from '../../shared/bindings/RefundState';
import type { SaleView } from '../../shared/bindings/SaleView';
import type { StageView } from '../../shared/bindings/StageView';
import type { Unasked } from '../../shared/bindings/Unasked';
import type { FakeCore } from '../../shared/fake_core';
import { fakeMoney } from '../../shared/fake_price';
import { fakeRefund } from '../../shared/fake_refunds';
import { LONG_NAME, LONG_ORDER, ORDER } from '../own_texts';
import { absent, dispute, MISMATCH, putPaid, putSaleIn, stages as stagesAt } from '../scenes';
import { seen } from '../seen';
import { fill, onScreen, press, says, there, till, type EveryScreen } from './bring';

const POUNDS = { currency: 'GBP', locale: 'en-GB' };
const kinds = Object.keys(stagesAt(0)) as StageView['kind'][];

/** A sale on the screen, with another one that waits. */
const shown = (name: string, put: (core: FakeCore) => SaleView, walk: (core: FakeCore) => unknown = () => undefined, shows = 'stage') =>
  till(`stage/${name}`, { put: (core) => onScreen(core, put(core)), walk, shows });

const inStage = (name: string, stage: StageView, more: Partial<SaleView> = {}) =>
  shown(name, (core) => core.put({ ...putSaleIn(core, stage.kind), stage, ...more }));

/** What was given back, in each way in which that can stand. */
const REFUNDS: { readonly [State in RefundState]: Partial<SaleView> } = {
  working: { refunds: [fakeRefund(fakeMoney(500, POUNDS), 'working')] },
  not_known: { refunds: [fakeRefund(fakeMoney(500, POUNDS), 'not_known')] },
  pending: {
    refunds: [fakeRefund(fakeMoney(500, POUNDS), 'refunded'), fakeRefund(fakeMoney(250, POUNDS), 'pending', { elsewhere: true })],
  },
  refunded: { refunds: [fakeRefund(fakeMoney(2500, POUNDS), 'refunded')] },
  not_refunded: { refunds: [fakeRefund(fakeMoney(2500, POUNDS), 'not_refunded')] },
};
const UNASKED: { readonly [How in Unasked]: null } = { after_not_charged: null, after_given_up: null, cancel_too_late: null };
const ODDITIES: { readonly [What in Oddity]: null } = {
  mark: null,
  test_money: null,
  real_money: null,
  refund_of_another: null,
  keys_of_two_accounts: null,
};

const minutes = (count: number) => Date.now() + count * 60_000;
const found = (kind: 'silent' | 'at_work' | 'list_too_long' | 'foreign' | 'refused' | 'not_asked'): StageView => ({
  kind: 'not_known',
  since_ms: minutes(-1),
  why: { kind: 'no_answer', finishing: false, found: { kind } },
});

/** Something was refused where the sale stands. */
const refusedAt = (name: string, kind: StageView['kind'], action: string, command: string) =>
  till(`stage/${name}`, {
    put: (core) => {
      onScreen(core, putSaleIn(core, kind));
      core.refuseNext.set(command, { fact: 'refused', refusal: { code: 'not_now', why: 'nothing_to_finish' } });
    },
    walk: () => press(action),
    shows: 'refusal',
  });

export const stages: EveryScreen[] = [
  ...kinds.map((kind) =>
    shown(
      kind,
      (core) => {
        putSaleIn(core, 'declined', 1200);
        return core.put({ ...putSaleIn(core, kind), ...ORDER });
      },
      () => says('stage', 'data-stage', kind),
      'attention',
    ),
  ),
  inStage('open-card-before-not-taken', { kind: 'open', notice: { kind: 'not_taken', why: { kind: 'refused', status: 400, code: null } } }),
  inStage('needs_authentication-page-shown', { kind: 'needs_authentication', deadline_ms: minutes(41), page: 'shown' }),
  inStage('needs_authentication-page-missing', { kind: 'needs_authentication', deadline_ms: minutes(4), page: 'missing' }),
  inStage('not_known-mismatch', { ...stagesAt(Date.now()).not_known, ...MISMATCH.stage }),
  inStage('not_known-strange-status', { kind: 'not_known', since_ms: minutes(-3), why: { kind: 'strange_status' } }),
  inStage('not_known-gone', { kind: 'not_known', since_ms: minutes(-3), why: { kind: 'gone' } }),
  inStage('not_known-finishing', {
    kind: 'not_known',
    since_ms: minutes(-1),
    why: { kind: 'no_answer', finishing: true, found: { kind: 'silent' } },
  }),
  inStage('not_known-absent', absent()),
  inStage('not_known-list-too-long', found('list_too_long')),
  inStage('cancelling-awaits-the-charge', { kind: 'cancelling', step: { kind: 'awaiting_charge' } }),
  inStage('cancelling-is-asked', { kind: 'cancelling', step: { kind: 'calling', doubt_since_ms: minutes(-2) } }),
  ...(['test', 'live'] as const).map((mode) =>
    till(`stage/approved-in-${mode}-mode`, { mode, put: (core) => onScreen(core, putPaid(core, LONG_ORDER)), shows: 'receipt' }),
  ),
  till('stage/approved-seven-figures', {
    mode: 'live',
    preferences: { shop_name: LONG_NAME },
    put: (core) => onScreen(core, putPaid(core, LONG_ORDER, 123_456_789)),
    shows: 'receipt',
  }),
  ...Object.entries(REFUNDS).map(([state, more]) => shown(`refund-${state}`, (core) => putPaid(core, more), undefined, 'refunds')),
  ...Object.keys(UNASKED).map((unasked) => shown(`charged-${unasked}`, (core) => putPaid(core, { unasked: unasked as Unasked }))),
  shown('disputed', (core) => putPaid(core, { disputes: [dispute()] }), undefined, 'dispute'),
  shown(
    'odd',
    (core) => putPaid(core, { oddities: Object.keys(ODDITIES) as Oddity[], taken: fakeMoney(2000, POUNDS) }),
    undefined,
    'oddities',
  ),
  shown(
    'refund-panel',
    (core) => putPaid(core, ORDER),
    () => press('action-refund'),
    'refund-panel',
  ),
  shown(
    'refund-panel-too-much',
    (core) => putPaid(core, {}),
    async () => {
      await press('action-refund');
      await fill('refund-amount', '99');
      await there('refund-sentence');
    },
    'refund-panel',
  ),
  till('stage/refund-panel-refused', {
    put: (core) => {
      onScreen(core, putPaid(core, {}));
      core.refuseNext.set('refund_sale', { fact: 'refused', refusal: { code: 'disk_full' } });
    },
    walk: async () => {
      await press('action-refund');
      await there('refund-panel');
      await seen();
      await press('refund-confirm');
      await says('refund-sentence', 'data-code', 'disk_full');
    },
    shows: 'refund-panel',
  }),
  shown(
    'asks-before-cancelling',
    (core) => putSaleIn(core, 'not_known'),
    () => press('action-cancel'),
    'cancel-confirm',
  ),
  shown(
    'asks-before-releasing',
    (core) => putSaleIn(core, 'held'),
    () => press('action-cancel'),
    'cancel-confirm',
  ),
  shown(
    'asks-before-setting-aside',
    (core) => core.put({ ...putSaleIn(core, 'not_known'), ...MISMATCH }),
    () => press('action-set_aside'),
    'set-aside-confirm',
  ),
  refusedAt('not-finished', 'authenticated', 'action-finish', 'finish_sale'),
  ...(['side', 'all'] as const).map((covers) =>
    till(`stage/behind-the-payment-window-${covers}`, {
      put: (core) => {
        putSaleIn(core, 'declined', 1200);
        onScreen(core, putSaleIn(core, 'open'));
        core.putPaymentWindow(covers);
      },
      walk: async () => {
        await there('stage');
        window.dispatchEvent(new FocusEvent('blur'));
        await says('window', 'data-calm', covers);
      },
      shows: 'stage',
    }),
  ),
];
