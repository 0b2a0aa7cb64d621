// What each stage of a sale is called and what staff should understand from it.
//
// Deliberately not here: why a card was declined, which the core explains, and what was found out about an open outcome
// (`words/en.ts`).
import type { Action } from '../shared/bindings/Action';
import type { SaleView } from '../shared/bindings/SaleView';
import { minutesLeft, timeOfDay } from '../shared/time';
import { unreachable } from '../shared/unreachable';
import { en } from '../words/en';
import { say } from '../words/facts';
import { disputeWaits, paidWords } from './paid_words';

/** How a stage looks: one colour field per meaning. */
export type Tone = 'busy' | 'asked' | 'approved' | 'declined' | 'unknown' | 'alarm' | 'ended';

/** A stage in words. */
export interface StageWords {
  tone: Tone;
  /** The word read from two metres. */
  title: string;
  /** One or two sentences under it. */
  body: string;
  /** True while the till is waiting for an answer and staff have nothing to do. */
  waiting: boolean;
}

/** The words for where a sale stands. */
export function stageWords(sale: SaleView, locale: string): StageWords {
  const { stage, money } = sale;
  switch (stage.kind) {
    case 'open':
      return {
        tone: 'busy', title: 'Waiting for the card', waiting: false,
        body: stage.notice === null ? 'Key the card in the card window. Nothing has been charged.' : en.decline.staff(stage.notice),
      };
    case 'submitting':
      return { tone: 'busy', title: 'Charging…', waiting: true, body: 'The bank is being asked. Do not charge this customer again.' };
    case 'needs_authentication':
      return {
        tone: 'asked', title: 'The bank asks', waiting: false,
        body: en.challenge.bankPage[stage.page],
      };
    case 'authenticated':
      return {
        tone: 'asked', title: `The bank said yes at ${timeOfDay(stage.since_ms, locale)}`, waiting: false,
        body: `Finish ${money.text}, or cancel. Nothing is charged until you finish.`,
      };
    case 'confirming':
      return { tone: 'busy', title: 'Finishing…', waiting: true, body: 'The bank said yes. The payment is being completed.' };
    case 'approved':
      return paidWords(sale);
    case 'held':
      return {
        tone: 'asked', title: 'Held', waiting: false,
        body: 'The bank holds this amount on the card. It is not paid until it is collected.',
      };
    case 'processing':
      return {
        tone: 'busy', title: 'Processing', waiting: true,
        body: 'The bank has the payment and will answer later. Do not charge this customer again; the till keeps looking.',
      };
    case 'declined':
      return { tone: 'declined', title: en.decline.title(stage.decline.why), waiting: false, body: 'Nothing has been charged.' };
    case 'not_known':
      return {
        tone: 'unknown', title: 'Not known yet', waiting: false,
        body: `${sale.actions.includes('set_aside') ? 'Stripe shows another payment than this one.' : `No answer since ${timeOfDay(stage.since_ms, locale)}.`} Do not charge this customer again. The till keeps looking.`,
      };
    case 'cancelling':
      return {
        tone: saleTone(sale), title: say(en.cancelling.title, stage.step, undefined), waiting: stage.step.kind !== 'finding_out',
        body: say(en.cancelling.body, stage.step, { now_ms: 0, at: (at_ms) => timeOfDay(at_ms, locale), left: minutesLeft }),
      };
    case 'cancelled':
      return { tone: 'ended', title: 'Cancelled', waiting: false, body: 'Nothing has been charged.' };
    case 'set_aside':
      return { tone: 'ended', title: 'Set aside', waiting: false, body: en.afterwards.setAside };
    default:
      return unreachable(stage);
  }
}

/** A few words for a list, e.g. in the history. */
export function saleInAList(sale: SaleView): string {
  const { stage } = sale;
  switch (stage.kind) {
    case 'open': return 'Waiting for a card';
    case 'submitting': return 'Charging';
    case 'needs_authentication': return 'Bank is asking';
    case 'authenticated': return 'Bank said yes, not finished';
    case 'confirming': return 'Finishing';
    case 'approved': return disputed(sale) ? 'Disputed' : paidWords(sale).title.replace('…', '');
    case 'held': return 'Held';
    case 'processing': return 'Processing';
    case 'declined': return en.decline.title(stage.decline.why);
    case 'not_known': return 'Not known yet';
    case 'cancelling': return say(en.cancelling.title, stage.step, undefined).replace('…', '');
    case 'cancelled': return 'Cancelled';
    case 'set_aside': return 'Set aside';
    default: return unreachable(stage);
  }
}

/** The colour field of a sale. */
export function saleTone(sale: SaleView): Tone {
  const { stage } = sale;
  switch (stage.kind) {
    case 'approved': return disputed(sale) ? 'asked' : paidWords(sale).tone;
    case 'declined': return 'declined';
    case 'not_known': return 'unknown';
    case 'needs_authentication': case 'authenticated': case 'held': return 'asked';
    case 'cancelling': return stage.step.kind === 'finding_out' ? 'unknown' : 'ended';
    case 'cancelled': case 'set_aside': return 'ended';
    case 'open': case 'submitting': case 'confirming': case 'processing': return 'busy';
    default: return unreachable(stage);
  }
}

/** A dispute that waits for an answer is what a list says about a sale, unless something presses more. */
function disputed(sale: SaleView): boolean {
  const { tone } = paidWords(sale);
  return disputeWaits(sale) && tone !== 'alarm' && tone !== 'unknown';
}

/** The label of an action's button. */
export function actionLabel(action: Action, sale: SaleView): string {
  switch (action) {
    case 'take_card':
      return sale.attempts.length === 0 ? 'Show the card window' : 'Try another card';
    case 'authenticate':
      return sale.stage.kind === 'needs_authentication' && sale.stage.page === 'missing' ? en.challenge.again : 'Show the bank’s page';
    case 'finish': return `Finish ${sale.money.text}`;
    case 'try_again': return 'Send it again';
    case 'look_again': return 'Look again';
    case 'cancel': return 'Cancel sale';
    case 'refund': return sale.unasked === null || sale.refundable === null ? 'Refund' : `Give ${sale.refundable.left.text} back`;
    case 'keep': return 'Keep the payment';
    case 'set_aside': return 'Set it aside';
    default: return unreachable(action);
  }
}

/** What a step means for the customer's money, where staff may fear to press or wonder which to press. */
export function actionHint(action: Action): string | null {
  switch (action) {
    case 'try_again': return 'The same request, no second charge: Stripe counts it once.';
    case 'keep': return 'Only if the customer wants the purchase after all.';
    case 'take_card': case 'authenticate': case 'finish': case 'look_again': case 'cancel': case 'refund': case 'set_aside': return null;
    default: return unreachable(action);
  }
}
