// Every stage and scene that the windows can show, by name: for development and tests.
import type { DeclineView } from '../shared/bindings/DeclineView';
import type { DifferenceView } from '../shared/bindings/DifferenceView';
import type { SaleView } from '../shared/bindings/SaleView';
import type { StageView } from '../shared/bindings/StageView';
import type { TillFact } from '../shared/bindings/TillFact';
import type { FakeCore } from '../shared/fake_core';
import { INSUFFICIENT_FUNDS } from '../shared/fake_data';
import { fakeMoney } from '../shared/fake_price';
import { fakeRefund } from '../shared/fake_refunds';

const VISA = { brand: 'Visa', last4: '4242' };
const POOR_VISA = { brand: 'Visa', last4: '9995' };
const POUNDS = { currency: 'GBP', locale: 'en-GB' };

/** A decline for insufficient funds. */
export const DECLINE: DeclineView = { ...INSUFFICIENT_FUNDS, card: POOR_VISA };

function receipt(now_ms: number) {
  return { at_ms: now_ms, card: VISA, authorization_code: '264318', authenticated: true, payment_intent: 'pi_3QFakeXy7LkdIwHu1n0aBcDe' };
}

/** A stage of each kind. */
export function stages(now_ms: number): Record<StageView['kind'], StageView> {
  const deadline_ms = now_ms + 52 * 60_000 + 8_000;
  return {
    open: { kind: 'open', notice: null },
    submitting: { kind: 'submitting' },
    needs_authentication: { kind: 'needs_authentication', deadline_ms, page: 'not_heard' },
    authenticated: { kind: 'authenticated', since_ms: now_ms - 240_000, deadline_ms },
    confirming: { kind: 'confirming' },
    approved: { kind: 'approved', receipt: receipt(now_ms) },
    held: { kind: 'held', receipt: receipt(now_ms) },
    processing: { kind: 'processing' },
    declined: { kind: 'declined', decline: DECLINE },
    not_known: {
      kind: 'not_known',
      since_ms: now_ms - 60_000,
      why: { kind: 'no_answer', finishing: false, found: { kind: 'none_so_far', until_ms: now_ms + 90_000 } },
    },
    cancelling: { kind: 'cancelling', step: { kind: 'finding_out', since_ms: now_ms - 60_000, found: { kind: 'silent' } } },
    cancelled: { kind: 'cancelled' },
    set_aside: { kind: 'set_aside' },
  };
}

/** Stripe was asked, and has no payment of this sale: it may be sent again. */
export function absent(): StageView {
  return { kind: 'not_known', since_ms: Date.now() - 60_000, why: { kind: 'no_answer', finishing: false, found: { kind: 'none' } } };
}

/** Puts one sale in the stage of that name into the core. */
export function putSaleIn(core: FakeCore, kind: StageView['kind'], amount_minor = 2500): SaleView {
  const now_ms = Date.now();
  const attempts: SaleView['attempts'] =
    kind === 'open'
      ? []
      : [
          { attempt_id: crypto.randomUUID(), at_ms: now_ms - 120_000, card: POOR_VISA, outcome: { kind: 'declined', why: DECLINE.why } },
          ...(kind === 'declined'
            ? []
            : [
                {
                  attempt_id: crypto.randomUUID(),
                  at_ms: now_ms - 30_000,
                  card: VISA,
                  outcome: kind === 'approved' ? { kind: 'approved' as const } : { kind: 'in_progress' as const },
                },
              ]),
        ];
  return core.put(
    core.draft(fakeMoney(amount_minor, POUNDS), stages(now_ms)[kind], {
      attempts,
      payment_intent: kind === 'open' ? null : 'pi_3QFakeXy7LkdIwHu1n0aBcDe',
    }),
  );
}

function isKind(name: string): name is StageView['kind'] {
  return name in stages(0);
}

/** A paid sale of which something was given back, is disputed, or was charged for nothing. */
export function putPaid(core: FakeCore, more: Partial<SaleView>, amount_minor = 2500): SaleView {
  return core.put({ ...putSaleIn(core, 'approved', amount_minor), ...more });
}

/** A customer who was charged although the sale was given up. */
export const UNASKED = { unasked: 'cancel_too_late' } as const;

/** The keys carry no account, and the till has two journals of their mode. */
export const WHICH_JOURNAL: TillFact & { fact: 'which_journal' } = {
  fact: 'which_journal',
  question: {
    mode: 'live',
    may_start_new: true,
    journals: [
      { journal: 'live-0a1b2c3d4e5f.sqlite', sales: 312, last_ms: Date.UTC(2026, 10, 23, 16, 4), tie: 'not_seen' },
      { journal: 'live-38f39eff5c4c.sqlite', sales: 1, last_ms: Date.UTC(2026, 10, 24, 9, 30), tie: 'no_payments' },
    ],
  },
};

/** A payment whose amount at Stripe is another one. */
export const MISMATCH: Partial<SaleView> = {
  stage: {
    kind: 'not_known',
    since_ms: Date.now() - 60_000,
    why: { kind: 'mismatch' },
  },
};

/** A dispute that can be answered for nine days yet. */
export function dispute(): SaleView['disputes'][number] {
  return {
    money: fakeMoney(2500, POUNDS),
    due_by_ms: Date.now() + 9 * 86_400_000,
    reference: 'dp_1QFakeXy7LkdIwHuDispUtEd',
    reason: 'fraudulent',
    status: 'needs_answer',
  };
}

/** Differences as the core tells them: two to look at, one that has been put right. */
export function differences(sale: SaleView | null): DifferenceView[] {
  const of = { sale_id: sale?.sale_id ?? null, number: sale?.number ?? null, payment_intent: sale?.payment_intent ?? null };
  return [
    {
      kind: 'missing_here',
      difference: { what: 'missing_here', stands: 'paid' },
      remedies: ['take_in', 'dashboard'],
      sale_id: null,
      number: null,
      payment_intent: 'pi_3QFakeMissingHereXy7Lkd',
      money: fakeMoney(1860, POUNDS),
      put_right: false,
    },
    {
      ...of,
      kind: 'dispute',
      difference: { what: 'dispute', decided: false },
      money: fakeMoney(2500, POUNDS),
      put_right: false,
      remedies: ['open_sale', 'dashboard'],
    },
    {
      ...of,
      kind: 'refund_elsewhere',
      difference: { what: 'refund_elsewhere' },
      money: fakeMoney(500, POUNDS),
      put_right: true,
      remedies: ['open_sale', 'dashboard'],
    },
  ];
}

/** Puts the main window before what happens to a payment afterwards. */
function putAfterwards(core: FakeCore, name: string): void {
  const shown = (more: Partial<SaleView>) => {
    const sale = putSaleIn(core, 'submitting');
    setTimeout(() => {
      core.put({ ...sale, stage: stages(Date.now()).approved, attempts: [], ...more });
    }, 900);
  };
  switch (name) {
    case 'unasked':
      putPaid(core, UNASKED);
      break;
    case 'part':
      shown({
        refunds: [fakeRefund(fakeMoney(500, POUNDS), 'refunded'), fakeRefund(fakeMoney(250, POUNDS), 'pending', { elsewhere: true })],
      });
      break;
    case 'refunded':
      shown({ refunds: [fakeRefund(fakeMoney(2500, POUNDS), 'refunded')] });
      break;
    case 'refund_not_known':
      putPaid(core, { refunds: [fakeRefund(fakeMoney(500, POUNDS), 'not_known')] });
      break;
    case 'refund_failed':
      shown({ refunds: [fakeRefund(fakeMoney(2500, POUNDS), 'not_refunded')] });
      break;
    case 'disputed':
      shown({ disputes: [dispute()] });
      break;
    case 'mismatch':
      core.put({ ...putSaleIn(core, 'not_known'), ...MISMATCH });
      break;
    case 'agrees':
      putPaid(core, {});
      break;
    case 'books': {
      const sale = putPaid(core, { disputes: [dispute()] });
      core.differences = differences(sale);
      void core.reconcile(Date.now() - 86_400_000, Date.now());
      break;
    }
  }
}

/** Puts the main window before a stage (`approved`, …), a full `history`, or `attention`. */
export function putStage(core: FakeCore, name: string): void {
  if (isKind(name)) {
    // A sale that has ended takes no screen at start-up, so it is shown ending.
    const sale = putSaleIn(core, 'submitting');
    setTimeout(() => {
      core.put({ ...sale, stage: stages(Date.now())[name] });
    }, 900);
  }
  putAfterwards(core, name);
  if (name === 'problem') {
    core.putStatus({
      can_sell: false,
      problems: [{ fact: 'refused', refusal: { code: 'disk_full' } }],
    });
  }
  if (name === 'which-journal') core.putStatus({ can_sell: false, problems: [WHICH_JOURNAL] });
  if (name === 'history') {
    putPaid(core, { refunds: [fakeRefund(fakeMoney(2500, POUNDS), 'refunded')] });
    putPaid(core, { disputes: [dispute()] }, 6400);
    const kinds: StageView['kind'][] = [
      'approved',
      'approved',
      'cancelled',
      'not_known',
      'approved',
      'declined',
      'held',
      'approved',
      'processing',
      'approved',
    ];
    kinds.forEach((kind, at) => {
      putSaleIn(core, kind, 950 + at * 1234);
    });
  }
}

/** The check of the till that these scenes are of. */
export const CHECK_ID = 'b1f0c8de-0000-4000-8000-000000000001';

/** Puts the payment window before a scene. */
export function putScene(core: FakeCore, name: string): void {
  const money = fakeMoney(2500, POUNDS);
  const ids = { sale_id: crypto.randomUUID(), attempt_id: crypto.randomUUID(), money };
  const now_ms = Date.now();
  const asks = { money, client_secret: 'pi_x_secret_y', now_ms, deadline_ms: now_ms + 3_590_000 };
  switch (name) {
    case 'card':
    case 'palette':
      void core.openForCard('25');
      break;
    case 'declined':
      core.putScene({ view: { kind: 'card', ...ids, decline: DECLINE, notice: null } });
      break;
    case 'notice':
      core.putScene({
        view: { kind: 'card', ...ids, decline: null, notice: { kind: 'not_taken', why: { kind: 'refused', status: 400, code: null } } },
      });
      break;
    case 'missing':
      core.putScene({ stripe_js: '/nowhere/stripe.js', view: { kind: 'card', ...ids, decline: null, notice: null } });
      break;
    case 'charging':
    case 'checking':
    case 'confirming':
    case 'awaiting_charge':
    case 'cancelling':
      core.putScene({ view: { kind: 'working', ...ids, doing: name } });
      break;
    case 'authenticate':
      core.putScene({ view: { kind: 'authenticate', whose: { kind: 'sale', sale_id: ids.sale_id, attempt_id: ids.attempt_id }, ...asks } });
      break;
    case 'check-cursor':
      core.putScene({ view: { kind: 'try_cursor', check_id: CHECK_ID } });
      break;
    case 'check-bank':
      core.putScene({
        view: { kind: 'authenticate', whose: { kind: 'check', check_id: CHECK_ID }, ...asks, deadline_ms: now_ms + 600_000 },
      });
      break;
    default:
      core.putScene({ view: { kind: 'idle' } });
  }
}
