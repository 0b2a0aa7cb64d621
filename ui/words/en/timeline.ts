// English: what happened to a sale, step by step, for whoever asks at the counter; and the same for Stripe's support, who read
// English and their own names for things.
import type { AnswerTold } from '../../shared/bindings/AnswerTold';
import type { CallTold } from '../../shared/bindings/CallTold';
import type { Happened } from '../../shared/bindings/Happened';
import type { StatusTold } from '../../shared/bindings/StatusTold';
import { say, type ByName, type WordsFor } from '../facts';

const stands: ByName<StatusTold, string> = {
  waits_for_card: 'it waits for a card',
  waits_for_confirm: 'the bank said yes; the payment is still to be finished',
  bank_asks: 'the bank asks the customer',
  processing: 'the bank is still working on it',
  held: 'the money is held, and not yet taken',
  cancelled: 'it is cancelled; nothing was charged',
  paid: 'it is paid',
  other: 'it stands in a way that this version does not know',
};

const sent: ByName<CallTold, string> = {
  charge: 'The card was sent to Stripe',
  finish: 'Stripe was asked to finish the payment, after the bank’s yes',
  cancel: 'Stripe was asked to cancel the payment',
};

const answer: WordsFor<AnswerTold, void, 'came_to'> = {
  stands: ({ status }) => `Stripe answered: ${stands[status]}`,
  declined: () => 'Stripe answered: the card was declined',
  not_done: ({ http }) =>
    http === null ? 'The request did not leave this till; nothing was done' : `Stripe refused it and did nothing (HTTP ${String(http)})`,
  no_answer: ({ http }) =>
    http === null ? 'No answer came: it may have been done or not' : `Stripe could not tell whether it was done (HTTP ${String(http)})`,
  forbidden: () => 'Stripe did not tell: this till’s key may not do or see this',
};

const happened: WordsFor<Happened, void, 'what'> = {
  opened: () => 'The sale was opened',
  taken_in: () => 'A payment that only Stripe knew was taken into the books',
  sent: ({ call }) => sent[call],
  sent_again: ({ call }) => `${sent[call]} again: the same request, which cannot charge twice`,
  answered: (row) => say(answer, row.answer, undefined, 'came_to'),
  cancel_wanted: () => 'The sale was given up',
  looked: ({ status }) => `Looked at Stripe: ${stands[status]}`,
  found_nothing: () => 'Looked at Stripe: there is no payment of this sale',
  gone: () => 'Looked at Stripe: the payment is not there any more',
  interrupted: () => 'The till was started again; it had stopped while it waited for an answer',
  training_ended: () => 'Training was begun anew, and what this sale had there is gone',
  refund_sent: ({ money }) => `Stripe was asked to give back ${money.text}`,
  refund_sent_again: () => 'Stripe was asked for the refund again: the same request, which cannot give back twice',
  refund_answered: ({ made }) =>
    made === null
      ? 'No answer about the refund: it may have been made or not'
      : made
        ? 'Stripe answered: the refund is made'
        : 'Stripe answered: the refund was not made',
  refunds_looked: ({ refunds }) =>
    `Looked at Stripe: ${refunds === 0 ? 'no refunds' : refunds === 1 ? '1 refund' : `${String(refunds)} refunds`} of this payment`,
  dispute_seen: () => 'Looked at Stripe: the payment is disputed',
  kept: () => 'The payment was kept, although the sale had been given up',
  set_aside: () => 'The payment was set aside',
  watch_ended: () => 'Looked once more a day later: nothing came of it',
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

const answerForSupport: WordsFor<AnswerTold, void, 'came_to'> = {
  stands: ({ status }) => atStripe[status],
  declined: () => 'card declined',
  not_done: ({ http }) => (http === null ? 'not sent' : `refused, HTTP ${String(http)}`),
  no_answer: ({ http }) => (http === null ? 'no response' : `outcome unknown, HTTP ${String(http)}`),
  forbidden: () => 'permission refused',
};

const forSupport: WordsFor<Happened, void, 'what'> = {
  opened: () => 'sale opened',
  taken_in: () => 'payment found at Stripe and recorded',
  sent: ({ call }) => `${asked[call]}: request sent`,
  sent_again: ({ call }) => `${asked[call]}: request repeated with the same idempotency key`,
  answered: (row) => `${asked[row.call]}: ${say(answerForSupport, row.answer, undefined, 'came_to')}`,
  cancel_wanted: () => 'cancellation wanted by staff',
  looked: ({ status }) => `retrieve: ${atStripe[status]}`,
  found_nothing: () => 'list: no PaymentIntent of this sale',
  gone: () => 'retrieve: no such PaymentIntent',
  interrupted: () => 'till restarted while a request was out',
  training_ended: () => 'training simulator restarted',
  refund_sent: ({ money }) => `refund: request sent, ${String(money.amount_minor)} ${money.currency} (smallest unit)`,
  refund_sent_again: () => 'refund: request repeated with the same idempotency key',
  refund_answered: ({ made }) => (made === null ? 'refund: no response' : made ? 'refund: made' : 'refund: not made'),
  refunds_looked: ({ refunds }) => `list refunds: ${String(refunds)}`,
  dispute_seen: () => 'dispute seen',
  kept: () => 'payment kept by staff',
  set_aside: () => 'payment set aside by staff',
  watch_ended: () => 'watch ended, nothing came',
};

/** What is copied for Stripe's support. It is in English in every language. */
export const support = {
  head: (intent: string | null, amount_minor: number, currency: string): string =>
    `PaymentIntent: ${intent ?? 'none'}\nAmount: ${String(amount_minor)} ${currency} (smallest unit)\nTimes: UTC, by Stripe’s clock where an answer told it`,
  row: (row: Happened): string => say(forSupport, row, undefined, 'what'),
};

export const timeline = {
  title: 'What happened',
  show: 'What happened, step by step',
  hide: 'Hide what happened',
  row: (row: Happened): string => say(happened, row, undefined, 'what'),
  /** Beside what staff did; the rest the till did by itself. */
  staff: 'staff',
  copy: 'Copy for Stripe’s support',
  copied: 'Copied. It holds no card number and no key.',
  /** Where the clipboard cannot be reached. */
  selected: 'Press Ctrl C to copy what is marked.',
  support,
};
