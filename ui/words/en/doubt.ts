// English: an outcome that is open, and a sale that is being given up.
import type { CancelStep } from '../../shared/bindings/CancelStep';
import type { LastLook } from '../../shared/bindings/LastLook';
import type { WhyNotKnown } from '../../shared/bindings/WhyNotKnown';
import { say, type Clock, type WordsFor } from '../facts';

/** What staff can do about a lost call, for the sentence about it. */
interface Offered {
  /** The very same request can be sent again. */
  again: boolean;
}

const DO_NOT_TAKE_IT = 'Do not take the money in another way yet.';

const found: WordsFor<LastLook, Clock & Offered> = {
  not_asked: () => `The till is about to ask Stripe what became of it. ${DO_NOT_TAKE_IT}`,
  silent: () => `Stripe does not answer, so the customer may or may not have been charged. The till keeps asking. ${DO_NOT_TAKE_IT}`,
  refused: () =>
    `Stripe can be reached, but does not say what became of it, so the customer may or may not have been charged. The till keeps asking. ${DO_NOT_TAKE_IT}`,
  none_so_far: ({ until_ms }, { now_ms, at, left }) =>
    until_ms > now_ms
      ? `Stripe answers: no such payment so far. It may be on its way yet: the till waits until ${at(until_ms)} (${left(until_ms - now_ms)} left). ${DO_NOT_TAKE_IT}`
      : `Stripe answers: no such payment. The till asks once more to be sure. ${DO_NOT_TAKE_IT}`,
  none: (_fact, { again }) =>
    again
      ? 'Stripe was asked and knows no such payment, so nothing was charged so far. “Send it again” sends the very same request, which can charge once at most. Or cancel.'
      : 'Stripe was asked and knows no such payment, so nothing was charged so far. Cancel, and start a new sale.',
  at_work: () => `Stripe has the payment, and the bank is still at work on it. The till keeps asking. ${DO_NOT_TAKE_IT}`,
  list_too_long: () =>
    `Stripe answers, but the account has more payments than the till can go through, and this one may be among them. Look for it in the Stripe Dashboard. ${DO_NOT_TAKE_IT}`,
  foreign: () =>
    `Stripe has a payment that names this sale and was not made at this till, so the till cannot tell whose it is. Look at it in the Stripe Dashboard. ${DO_NOT_TAKE_IT}`,
};

const why: WordsFor<WhyNotKnown, Clock & Offered> = {
  no_answer: (fact, given) =>
    fact.finishing
      ? `The bank had said yes, and the final confirmation was not answered. ${say(found, fact.found, given)}`
      : say(found, fact.found, given),
  mismatch: () =>
    'Stripe shows a payment for this sale whose amount, currency or sale is different. Nothing more is sent. Look at this payment in the Stripe Dashboard before you go on.',
  strange_status: () =>
    'Stripe shows a state that this version of the till does not know. The till keeps asking. Look at this payment in the Stripe Dashboard, and update the till.',
  gone: () =>
    'Stripe has no such payment for this account (any more), so nothing can be charged for it from here. If test data was deleted, cancel the sale. If not, look into the Stripe Dashboard first.',
};

const cancelTitle: WordsFor<CancelStep> = {
  awaiting_charge: () => 'Cancelling…',
  calling: () => 'Cancelling…',
  finding_out: () => 'Not cancelled yet',
};

const cancelBody: WordsFor<CancelStep, Clock> = {
  awaiting_charge: () =>
    'The charge is still on its way. Its answer comes first; then the till cancels. Do not charge this customer again.',
  calling: () => 'Stripe has been asked to cancel. Its answer comes in a moment.',
  finding_out: ({ since_ms }, { at }) =>
    `Not known since ${at(since_ms)}. Do not charge this customer again. The till finds out what happened, and cancels then by itself.`,
};

/** Of a sale that is given up while nobody knows what became of it. */
const cancelFound: WordsFor<LastLook, Clock> = {
  not_asked: () =>
    'Nothing is being sent now. The till is about to ask Stripe what became of the payment. If the customer was charged, it says so, and you can refund it.',
  silent: () =>
    'Stripe does not answer, so nothing can be cancelled now, and the customer may have been charged. The till keeps asking. If the customer was charged, it says so, and you can refund it.',
  refused: () =>
    'Stripe can be reached, but does not say how the payment stands, so nothing is cancelled yet. The till keeps asking. If the customer was charged, it says so, and you can refund it.',
  none_so_far: ({ until_ms }, { now_ms, at, left }) =>
    until_ms > now_ms
      ? `Stripe answers: no such payment so far. It may be on its way yet: the till waits until ${at(until_ms)} (${left(until_ms - now_ms)} left), and the sale is cancelled then.`
      : 'Stripe answers: no such payment. The till asks once more to be sure, and the sale is cancelled then.',
  none: () => 'Stripe was asked and knows no such payment.',
  at_work: () =>
    'The bank is still at work on the payment, and it cannot be cancelled meanwhile. The bank’s answer decides. If the customer is charged, the till says so, and you can refund it.',
  list_too_long: () =>
    'Stripe answers, but the account has more payments than the till can go through, and this one may be among them. Look for it in the Stripe Dashboard.',
  foreign: () =>
    'Stripe has a payment that names this sale and was not made at this till, so the till cannot tell whose it is. Look at it in the Stripe Dashboard.',
};

export const notKnown = {
  /** Why nobody knows, what the last look found, and what to do. */
  why: (told: WhyNotKnown, given: Clock & Offered): string => say(why, told, given),
  /** What staff can say to the customer. */
  customer: 'One moment, please: we are checking whether the payment went through. You will not be charged twice.',
};

export const cancelling = {
  title: (step: CancelStep): string => say(cancelTitle, step, undefined),
  body: (step: CancelStep, clock: Clock): string => say(cancelBody, step, clock),
  found: (look: LastLook, clock: Clock): string => say(cancelFound, look, clock),
};
