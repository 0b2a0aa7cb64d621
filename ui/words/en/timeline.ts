// English: what happened to a sale, step by step, for whoever asks at the counter; and the same for Stripe's support, who read
// English and their own names for things.
import type { AnswerTold } from '../../shared/bindings/AnswerTold';
import type { CallTold } from '../../shared/bindings/CallTold';
import type { DisputeStatus } from '../../shared/bindings/DisputeStatus';
import type { Happened } from '../../shared/bindings/Happened';
import type { Leaves } from '../../shared/bindings/Leaves';
import type { RefundState } from '../../shared/bindings/RefundState';
import type { StatusTold } from '../../shared/bindings/StatusTold';
import { say, type ByName, type WordsFor } from '../facts';
import { decline } from './declines';

const sent: ByName<CallTold, string> = {
  charge: 'Sending the card to Stripe.',
  finish: 'Asking Stripe to finish the payment, after the bank’s yes.',
  cancel: 'Asking Stripe to cancel the payment.',
};

const sentAgain: ByName<CallTold, string> = {
  charge: 'Sending the same card once more, as the same request: it cannot charge twice.',
  finish: 'Asking once more to finish the payment, as the same request: it cannot charge twice.',
  cancel: 'Asking once more to cancel the payment, as the same request.',
};

const answer: WordsFor<AnswerTold, void, 'came'> = {
  answered: () => 'Stripe answered.',
  turned_away: ({ http }) =>
    http === null ? 'The request did not leave this till.' : `Stripe turned the request away (HTTP ${String(http)}).`,
  silence: ({ http }) => (http === null ? 'No answer came.' : `Stripe’s answer did not say what was done (HTTP ${String(http)}).`),
  forbidden: () => 'Stripe did not say: this till’s key may not do or see this.',
};

const leaves: WordsFor<Leaves, void, 'stands'> = {
  waits_for_card: () => 'Nothing is charged; the sale waits for a card.',
  under_way: () => 'It is under way.',
  bank_asks: () => 'The bank asks the customer.',
  bank_said_yes: () => 'The bank said yes; the payment is still to be finished.',
  paid: () => 'It is paid.',
  held: () => 'The money is held, and not yet taken.',
  processing: () => 'The bank is still working on it.',
  declined: ({ why }) => `${decline.title(why)}.`,
  not_known: () => 'It is not known whether the customer was charged.',
  mismatch: () => 'The payment there is not this sale’s, as far as this till can tell.',
  strange: () => 'It stands in a way that this version does not know.',
  gone: () => 'The payment is not there any more.',
  being_cancelled: () => 'What becomes of it is being found out.',
  cancelled: () => 'It is cancelled; nothing is charged.',
  set_aside: () => 'The payment stays set aside.',
};

const refund: ByName<RefundState, string> = {
  working: 'The refund is being asked for.',
  not_known: 'It is not known whether the refund was made.',
  pending: 'The refund is on its way; the bank has not taken it yet.',
  refunded: 'The refund is made.',
  not_refunded: 'Nothing was given back.',
};

const dispute: ByName<DisputeStatus, string> = {
  needs_answer: 'the customer’s bank disputes the payment, and waits for the shop’s answer',
  under_review: 'the bank is looking into the dispute',
  won: 'the dispute was decided for the shop',
  lost: 'the dispute was decided for the customer',
  prevented: 'the dispute was settled before it came to the bank',
  other: 'the payment is disputed',
};

const happened: WordsFor<Happened, void, 'what'> = {
  opened: () => 'The sale was opened.',
  taken_in: () => 'A payment that only Stripe knew was taken into the books.',
  sent: ({ call }) => sent[call],
  sent_again: ({ call }) => sentAgain[call],
  answered: (row) => say(answer, row.answer, undefined, 'came'),
  cancel_wanted: () => 'The sale was given up.',
  looked: () => 'Looked at Stripe.',
  found_nothing: () => 'Looked at Stripe: there is no payment of this sale.',
  gone: () => 'Looked at Stripe.',
  interrupted: () => 'The till was started again; it had stopped while it waited for an answer.',
  training_ended: () => 'Training was begun anew, and what this sale had there is gone.',
  refund_sent: ({ money }) => `Asking Stripe to give back ${money.text}.`,
  refund_sent_again: () => 'Asking once more for the refund, as the same request: it cannot give back twice.',
  refund_answered: (row) => `${say(answer, row.answer, undefined, 'came')} ${refund[row.stands]}`,
  refunds_looked: ({ refunds }) =>
    `Looked at Stripe: ${refunds === 0 ? 'no refunds' : refunds === 1 ? '1 refund' : `${String(refunds)} refunds`} of this payment.`,
  dispute_seen: ({ status }) => `Looked at Stripe: ${dispute[status]}.`,
  kept: () => 'The payment was kept.',
  set_aside: () => 'The payment was set aside.',
  watch_ended: () => 'Looked once more a day later: nothing had come of it, and nothing will.',
};

const atStripe: ByName<StatusTold, string> = {
  waits_for_card: 'requires_payment_method',
  waits_for_confirm: 'requires_confirmation',
  bank_asks: 'requires_action',
  processing: 'processing',
  held: 'requires_capture',
  cancelled: 'canceled',
  paid: 'succeeded',
  other: 'a status unknown to this version',
};

const asked: ByName<CallTold, string> = { charge: 'create/confirm', finish: 'confirm after 3DS', cancel: 'cancel' };

const answerForSupport: WordsFor<AnswerTold, void, 'came'> = {
  answered: ({ status }) => (status === null ? 'answered' : atStripe[status]),
  turned_away: ({ http, status }) =>
    (http === null ? 'not sent' : `HTTP ${String(http)}`) + (status === null ? '' : `, ${atStripe[status]}`),
  silence: ({ http }) => (http === null ? 'no response' : `HTTP ${String(http)}, outcome unknown`),
  forbidden: () => 'HTTP 403, permission missing',
};

const forSupport: WordsFor<Happened, void, 'what'> = {
  opened: () => 'sale opened',
  taken_in: () => 'payment found at Stripe and recorded',
  sent: ({ call }) => `${asked[call]}: about to be sent`,
  sent_again: ({ call }) => `${asked[call]}: about to be repeated with the same idempotency key`,
  answered: (row) => `${asked[row.call]}: ${say(answerForSupport, row.answer, undefined, 'came')}`,
  cancel_wanted: () => 'cancellation wanted by staff',
  looked: ({ status }) => `retrieve: ${atStripe[status]}`,
  found_nothing: () => 'list: no PaymentIntent of this sale',
  gone: () => 'retrieve: no such PaymentIntent',
  interrupted: () => 'till restarted while a request was out',
  training_ended: () => 'training simulator restarted',
  refund_sent: ({ money }) => `refund of ${String(money.amount_minor)} ${money.currency} (smallest unit): about to be sent`,
  refund_sent_again: () => 'refund: about to be repeated with the same idempotency key',
  refund_answered: (row) => `refund: ${say(answerForSupport, row.answer, undefined, 'came')}, recorded as ${row.stands}`,
  refunds_looked: ({ refunds }) => `list refunds: ${String(refunds)}`,
  dispute_seen: ({ status }) => `dispute: ${status}`,
  kept: () => 'payment kept by staff',
  set_aside: () => 'payment set aside by staff',
  watch_ended: () => 'watch ended, nothing came',
};

/** What is copied for Stripe's support. It is in English in every language. */
export const support = {
  head: (intent: string | null, amount_minor: number, currency: string, live: boolean): string =>
    [
      `PaymentIntent: ${intent ?? 'none'} (${live ? 'live mode' : 'test mode'})`,
      `Amount: ${String(amount_minor)} ${currency} (smallest unit)`,
      'Times: UTC; S by Stripe’s clock, T by the till’s',
    ].join('\n'),
  row: (row: Happened): string => say(forSupport, row, undefined, 'what'),
};

export const timeline = {
  title: 'What happened',
  show: 'What happened, step by step',
  hide: 'Hide what happened',
  row: (row: Happened): string => say(happened, row, undefined, 'what'),
  /** How the sale stood from then on. */
  leaves: (how: Leaves): string => say(leaves, how, undefined, 'stands'),
  /** Beside what staff did; the rest the till did by itself. */
  staff: 'staff',
  copy: 'Copy for Stripe’s support',
  copied: 'Copied. It holds no card number and no key.',
  /** Where the clipboard cannot be reached. */
  selected: 'Press Ctrl C to copy what is marked.',
  support,
};
