// Every stage and scene that the windows can show, by name: for development and tests.
import type { SaleView } from '../shared/bindings/SaleView';
import type { StageView } from '../shared/bindings/StageView';
import type { FakeCore } from '../shared/fake_core';
import { fakeMoney } from '../shared/fake_price';

const VISA = { brand: 'Visa', last4: '4242' };
const POOR_VISA = { brand: 'Visa', last4: '9995' };
const POUNDS = { currency: 'GBP', locale: 'en-GB' };

/** A decline for insufficient funds. */
export const DECLINE = {
  title: 'Declined: insufficient funds',
  staff: 'The bank says there is not enough money on this card. Ask for another card, or cancel the sale.',
  customer: 'Your bank did not approve this payment. Would you like to use another card?',
  card: POOR_VISA,
};

function receipt(now_ms: number) {
  return { at_ms: now_ms, card: VISA, authorization_code: '264318', authenticated: true, payment_intent: 'pi_3QFakeXy7LkdIwHu1n0aBcDe' };
}

/** A stage of each kind, with the actions that the core offers in it. */
export function stages(now_ms: number): Record<StageView['kind'], { stage: StageView; actions: SaleView['actions'] }> {
  const deadline_ms = now_ms + 52 * 60_000 + 8_000;
  return {
    open: { stage: { kind: 'open', notice: null }, actions: ['take_card', 'cancel'] },
    submitting: { stage: { kind: 'submitting' }, actions: [] },
    needs_authentication: { stage: { kind: 'needs_authentication', deadline_ms }, actions: ['authenticate', 'look_again', 'cancel'] },
    authenticated: { stage: { kind: 'authenticated', since_ms: now_ms - 240_000, deadline_ms }, actions: ['finish', 'cancel'] },
    confirming: { stage: { kind: 'confirming' }, actions: [] },
    approved: { stage: { kind: 'approved', receipt: receipt(now_ms) }, actions: [] },
    held: { stage: { kind: 'held', receipt: receipt(now_ms) }, actions: ['cancel'] },
    processing: { stage: { kind: 'processing' }, actions: ['look_again'] },
    declined: { stage: { kind: 'declined', decline: DECLINE }, actions: ['take_card', 'cancel'] },
    not_known: {
      stage: {
        kind: 'not_known', since_ms: now_ms - 60_000,
        staff: 'The charge was sent and no answer came back. The customer may or may not have paid. Sending it again is safe: it is the same request.',
        customer: 'We are waiting for your bank’s answer. Please do not pay again until we know.',
      },
      actions: ['try_again', 'look_again'],
    },
    cancelling: { stage: { kind: 'cancelling' }, actions: [] },
    cancelled: { stage: { kind: 'cancelled' }, actions: [] },
  };
}

/** Puts one sale in the stage of that name into the core. */
export function putSaleIn(core: FakeCore, kind: StageView['kind'], amount_minor = 2500): SaleView {
  const now_ms = Date.now();
  const { stage, actions } = stages(now_ms)[kind];
  const attempts: SaleView['attempts'] = kind === 'open' ? [] : [
    { attempt_id: crypto.randomUUID(), at_ms: now_ms - 120_000, card: POOR_VISA, outcome: 'Declined: insufficient funds' },
    ...(kind === 'declined' ? [] : [{ attempt_id: crypto.randomUUID(), at_ms: now_ms - 30_000, card: VISA, outcome: kind === 'approved' ? 'Approved' : 'Asking the bank' }]),
  ];
  return core.put(core.draft(fakeMoney(amount_minor, POUNDS), stage, {
    actions, attempts, payment_intent: kind === 'open' ? null : 'pi_3QFakeXy7LkdIwHu1n0aBcDe',
  }));
}

function isKind(name: string): name is StageView['kind'] {
  return name in stages(0);
}

/** Puts the main window before a stage (`approved`, …), a full `history`, or `attention`. */
export function putStage(core: FakeCore, name: string): void {
  if (isKind(name)) {
    // A sale that has ended takes no screen at start-up, so it is shown ending.
    const sale = putSaleIn(core, 'submitting');
    setTimeout(() => { core.put({ ...sale, ...stages(Date.now())[name] }); }, 900);
  }
  if (name === 'problem') {
    core.putStatus({
      can_sell: false,
      problems: [{ code: 'disk_full', message: 'The disk is full, so no sale can be written down. Free some space; the till goes on by itself. No sale is lost.' }],
    });
  }
  if (name === 'history') {
    const kinds: StageView['kind'][] = ['approved', 'approved', 'cancelled', 'not_known', 'approved', 'declined', 'held', 'approved', 'processing', 'approved'];
    kinds.forEach((kind, at) => { putSaleIn(core, kind, 950 + at * 1234); });
  }
}

/** Puts the payment window before a scene. */
export function putScene(core: FakeCore, name: string): void {
  const money = fakeMoney(2500, POUNDS);
  const ids = { sale_id: crypto.randomUUID(), attempt_id: crypto.randomUUID(), money };
  const now_ms = Date.now();
  switch (name) {
    case 'card': case 'palette': void core.openForCard('25'); break;
    case 'declined': core.putScene({ view: { kind: 'card', ...ids, decline: DECLINE, notice: null } }); break;
    case 'notice': core.putScene({ view: { kind: 'card', ...ids, decline: null, notice: 'Stripe did not take this request. Nothing was charged. Key the card again.' } }); break;
    case 'missing': core.putScene({ stripe_js: '/nowhere/stripe.js', view: { kind: 'card', ...ids, decline: null, notice: null } }); break;
    case 'charging': case 'checking': case 'confirming': case 'cancelling':
      core.putScene({ view: { kind: 'working', ...ids, doing: name } }); break;
    case 'authenticate':
      core.putScene({ view: { kind: 'authenticate', ...ids, client_secret: 'pi_x_secret_y', now_ms, deadline_ms: now_ms + 3_590_000 } }); break;
    default: core.putScene({ view: { kind: 'idle' } });
  }
}
