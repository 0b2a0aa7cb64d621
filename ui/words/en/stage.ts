// English: what each stage of a sale is called, what staff should understand from it, and what they can do.
import type { Action } from '../../shared/bindings/Action';
import type { SaleView } from '../../shared/bindings/SaleView';
import type { StageView } from '../../shared/bindings/StageView';
import type { ByName, Told } from '../facts';
import { afterwards } from './afterwards';
import { challenge } from './challenge';

/** Stages whose words come from elsewhere: from a payment that is over, a decline, or a sale that is being given up. */
type SaidElsewhere = 'approved' | 'declined' | 'cancelling' | 'not_known' | 'needs_authentication' | 'authenticated';

const NOTHING_CHARGED = 'Nothing has been charged.';

const stages: ByName<Exclude<StageView['kind'], SaidElsewhere>, Told> = {
  open: { title: 'Waiting for the card', body: `Key the card in the card window. ${NOTHING_CHARGED}` },
  submitting: { title: 'Charging…', body: 'The bank is being asked. Do not charge this customer again.' },
  confirming: { title: 'Finishing…', body: 'The bank said yes. The payment is being completed.' },
  held: { title: 'Held', body: 'The bank holds this amount on the card. It is not paid until it is collected.' },
  processing: {
    title: 'Processing',
    body: 'The bank has the payment and will answer later. Do not charge this customer again; the till keeps looking.',
  },
  cancelled: { title: 'Cancelled', body: NOTHING_CHARGED },
  set_aside: { title: 'Set aside', body: afterwards.setAside },
};

/** A few words for a list. */
const inAList: ByName<Exclude<StageView['kind'], 'approved' | 'declined' | 'cancelling'>, string> = {
  open: 'Waiting for a card',
  submitting: 'Charging',
  needs_authentication: 'Bank is asking',
  authenticated: 'Bank said yes, not finished',
  confirming: 'Finishing',
  held: 'Held',
  processing: 'Processing',
  not_known: 'Not known yet',
  cancelled: 'Cancelled',
  set_aside: 'Set aside',
};

const paid = {
  unasked: 'Charged after all',
  refunding: { title: 'Refunding…', body: 'The money is being given back. Do not give it back in another way.' },
  refundNotKnown: (amount: string): Told => ({
    title: 'Refund not known yet',
    body: `Whether ${amount} is on its way back is not known. Do not give it back in another way. The till keeps looking.`,
  }),
  refundPending: { title: 'Refund pending', body: 'Everything is on its way back to the customer.' },
  refunded: { title: 'Refunded', body: 'Everything was given back to the customer.' },
  partly: { title: 'Partly refunded', body: 'The customer has paid, and got a part back.' },
  left: (amount: string): string => `${amount} is left of this payment.`,
  approved: { title: 'Approved', body: 'The customer has paid.' },
  disputed: 'The cardholder has asked the bank for the money back.',
  /** In a list. */
  list: { disputed: 'Disputed', refunding: 'Refunding' },
};

const actions: ByName<Action, (sale: SaleView) => string> = {
  take_card: ({ attempts }) => (attempts.length === 0 ? 'Show the card window' : 'Try another card'),
  authenticate: ({ stage }) =>
    stage.kind === 'needs_authentication' && stage.page === 'missing' ? challenge.again : 'Show the bank’s page',
  finish: ({ money }) => `Finish ${money.text}`,
  try_again: () => 'Send it again',
  look_again: () => 'Look again',
  cancel: () => 'Cancel sale',
  refund: ({ unasked, refundable }) => (unasked === null || refundable === null ? 'Refund' : `Give ${refundable.left.text} back`),
  keep: () => 'Keep the payment',
  set_aside: () => 'Set it aside',
};

/** What a step means for the customer's money, where staff may fear to press or wonder which to press. */
const hints: ByName<Action, string | null> = {
  try_again: 'The same request, no second charge: Stripe counts it once.',
  keep: 'Only if the customer wants the purchase after all.',
  take_card: null,
  authenticate: null,
  finish: null,
  look_again: null,
  cancel: null,
  refund: null,
  set_aside: null,
};

export const stage = {
  stages,
  bankAsks: 'The bank asks',
  authenticated: (since: string, amount: string): Told => ({
    title: `The bank said yes at ${since}`,
    body: `Finish ${amount}, or cancel. Nothing is charged until you finish.`,
  }),
  nothingCharged: NOTHING_CHARGED,
  notKnown: {
    title: 'Not known yet',
    silent: (since: string): string => `No answer since ${since}. Do not charge this customer again. The till keeps looking.`,
    another: 'Stripe shows another payment than this one. Do not charge this customer again. The till keeps looking.',
  },
  inAList,
  /** Of a sale that is being given up, in a list. */
  cancellingInAList: { waits: 'Cancelling', unknown: 'Not cancelled yet' },
  paid,
  action: (action: Action, sale: SaleView): string => actions[action](sale),
  hint: (action: Action): string | null => hints[action],
  number: (number: number): string => `Sale ${String(number)}`,
  /** What is left of the hour, the time between marks: it is drawn in another way. */
  left: (time: string): string => `|${time}| left`,
  ask: {
    release: 'Release the hold? The customer will not pay.',
    cancel: 'The bank may already have taken the money. Cancel all the same?',
    setAside:
      'Set it aside only after looking at it in the Stripe Dashboard. It will be in none of the till’s totals, and the till says no more about it.',
    yesCancel: 'Yes, cancel the sale',
    yesSetAside: 'Yes, set it aside',
    keep: 'Keep it',
    notYet: 'Not yet',
  },
  next: 'Next sale',
  serveNext: 'Serve the next customer',
  staysUntilKnown: 'This sale stays on the list until it is known.',
  staysUntilDecided: 'This sale stays on the list until it is decided.',
  /** The two voices. */
  forYou: 'For you',
  toCustomer: 'Say to the customer',
  quoted: (sentence: string): string => `“${sentence}”`,
  attempts: { title: 'Cards tried', card: 'Card' },
};
