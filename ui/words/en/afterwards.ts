// English: what became of a payment after it was taken: given back, disputed, charged although nobody waited for that.
import type { DisputeReason } from '../../shared/bindings/DisputeReason';
import type { DisputeStatus } from '../../shared/bindings/DisputeStatus';
import type { DisputeView } from '../../shared/bindings/DisputeView';
import type { RefundFailure } from '../../shared/bindings/RefundFailure';
import type { RefundRefused } from '../../shared/bindings/RefundRefused';
import type { RefundState } from '../../shared/bindings/RefundState';
import type { RefundView } from '../../shared/bindings/RefundView';
import type { Unasked } from '../../shared/bindings/Unasked';
import type { WhyNotRefunded } from '../../shared/bindings/WhyNotRefunded';
import { say, type ByName, type WordsFor } from '../facts';
import { right } from './rights';

const unasked: ByName<Unasked, (amount: string) => string> = {
  after_not_charged: (amount) =>
    `The till had said that nothing was charged, but a call that had been lost reached Stripe after all, or somebody finished the payment elsewhere: the customer was charged ${amount}. Give it back, or keep it if the customer has not paid in another way.`,
  after_given_up: (amount) =>
    `This sale was given up and shown as cancelled, but a call that had been lost reached Stripe after all: the customer was charged ${amount}. Give it back, or keep it if the customer wants the purchase.`,
  cancel_too_late: (amount) =>
    `The cancel came too late: the customer was charged ${amount}. Give it back, or keep it if the customer wants the purchase.`,
};

const refundFailure: ByName<RefundFailure, string> = {
  card_not_valid: 'the card is not valid any more',
  bank_declined: 'the customer’s bank declined it',
  not_enough_at_stripe: 'the account at Stripe does not hold enough',
  shop_called_back: 'the shop called it back',
  bank_did_not_take_it: 'the customer’s bank did not take it',
};

const refundRefused: WordsFor<RefundRefused> = {
  not_connected: () => 'There is no connection to Stripe, so nothing was given back. Check the network and ask for it again.',
  already_refunded: () => 'This payment was given back already, perhaps in the Stripe Dashboard. Nothing more was given back.',
  disputed: () =>
    'The customer’s bank has taken this payment back in a dispute, so it cannot be refunded. Answer the dispute in the Stripe Dashboard.',
  balance_too_small: () =>
    'The shop’s balance at Stripe is too small for this refund. Nothing was given back. Try again after the next payments, or add funds in the Stripe Dashboard.',
  key_not_accepted: () => 'Stripe does not accept the shop’s key. Nothing was given back. The owner can enter a new key in Settings.',
  key_lacks_permission: () =>
    `The shop’s key lacks the permission to refund. Nothing was given back. The owner can give the restricted key ${right('charges_and_refunds')} in the Stripe Dashboard.`,
  busy: () => 'Stripe is busy. Nothing was given back. Wait a moment and ask for it again.',
  refused: ({ status, code }) =>
    `Stripe did not accept the refund (HTTP ${String(status)}, ${code ?? 'no code'}). Nothing was given back. Look at this payment in the Stripe Dashboard.`,
};

const whyNot: WordsFor<WhyNotRefunded> = {
  failed: ({ reason }) => `The customer did not get this money: ${refundFailure[reason]}. Agree on another way with the customer.`,
  called_back: () => 'The customer did not get this money.',
  never_arrived: () => 'The connection failed, and Stripe has no trace of this refund. Nothing was given back. Ask for it again.',
  training_ended: () => 'Training was started again before the outcome was known.',
  refused: ({ why }) => say(refundRefused, why, undefined),
};

const whyNotTitle: WordsFor<WhyNotRefunded> = {
  failed: () => 'Refund failed',
  called_back: () => 'Refund called back',
  never_arrived: () => 'Not refunded',
  training_ended: () => 'Not refunded',
  refused: () => 'Not refunded',
};

const refundTitle: ByName<RefundState, string> = {
  working: 'Refunding',
  not_known: 'Refund not known yet',
  pending: 'Refund pending',
  refunded: 'Refunded',
  not_refunded: 'Not refunded',
};

const refundStaff: ByName<RefundState, string | null> = {
  working: null,
  not_known:
    'Stripe did not answer, so the money may be on its way back or not. The till keeps asking. Do not give it back in another way yet.',
  pending: 'Stripe has sent it; the customer’s bank has not taken it yet. There is nothing to do.',
  refunded: null,
  not_refunded: null,
};

const disputeReason: ByName<DisputeReason, string> = {
  fraudulent: 'The cardholder says that they did not make this payment.',
  duplicate: 'The cardholder says that they were charged twice.',
  not_received: 'The cardholder says that nothing was delivered.',
  not_as_agreed: 'The cardholder says that the goods were not as agreed.',
  refund_missing: 'The cardholder says that a refund is missing.',
  purchase_cancelled: 'The cardholder says that the purchase was cancelled.',
  not_recognised: 'The cardholder does not recognise this payment.',
  other: 'The cardholder has asked the bank for the money back.',
};

const disputeStatus: ByName<DisputeStatus, string> = {
  needs_answer: 'Answer it in the Stripe Dashboard.',
  under_review: 'The bank is looking into it.',
  won: 'It was decided for the shop.',
  lost: 'It was decided for the cardholder.',
  prevented: 'It was settled before it came to the bank.',
  other: 'The Stripe Dashboard shows how it stands.',
};

export const afterwards = {
  unasked: (how: Unasked, amount: string): string => unasked[how](amount),
  setAside:
    'Stripe shows a payment for this sale whose amount, currency or sale is different. It was set aside, and is in none of the till’s totals. Look at it in the Stripe Dashboard.',
  refund: {
    title: ({ state, why_not }: RefundView): string => (why_not === null ? refundTitle[state] : say(whyNotTitle, why_not, undefined)),
    /** What staff should know and do, if anything. */
    staff: ({ state, why_not }: RefundView): string | null => (why_not === null ? refundStaff[state] : say(whyNot, why_not, undefined)),
  },
  dispute: ({ reason, status }: DisputeView): string => `${disputeReason[reason]} ${disputeStatus[status]}`,
};
