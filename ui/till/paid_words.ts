// What a paid sale is called once something has happened to its payment: charged unasked, given back, disputed.
import type { SaleView } from '../shared/bindings/SaleView';
import { en } from '../words/en';
import type { StageWords } from './stage_words';

/** What of a payment has been given back, or is on its way. */
function given_minor(sale: SaleView): number {
  return sale.refunds.reduce((sum, refund) => sum + (refund.state === 'not_refunded' ? 0 : refund.money.amount_minor), 0);
}

/** The words for a paid sale. */
export function paidWords(sale: SaleView): StageWords {
  if (sale.unasked !== null) {
    return { tone: 'alarm', title: 'Charged after all', waiting: false, body: en.afterwards.unasked(sale.unasked, sale.money.text) };
  }
  if (sale.refunds.some((refund) => refund.state === 'working')) {
    return { tone: 'busy', title: 'Refunding…', waiting: true, body: 'The money is being given back. Do not give it back in another way.' };
  }
  const doubtful = sale.refunds.find((refund) => refund.state === 'not_known');
  if (doubtful !== undefined) {
    return {
      tone: 'unknown', title: 'Refund not known yet', waiting: false,
      body: `Whether ${doubtful.money.text} is on its way back is not known. Do not give it back in another way. The till keeps looking.`,
    };
  }
  const given = given_minor(sale);
  const pending = sale.refunds.some((refund) => refund.state === 'pending');
  if (given >= sale.money.amount_minor) {
    return pending
      ? { tone: 'ended', title: 'Refund pending', waiting: false, body: 'Everything is on its way back to the customer.' }
      : { tone: 'ended', title: 'Refunded', waiting: false, body: 'Everything was given back to the customer.' };
  }
  if (given > 0) {
    const left = sale.refundable === null ? '' : ` ${sale.refundable.left.text} is left of this payment.`;
    return { tone: 'approved', title: 'Partly refunded', waiting: false, body: `The customer has paid, and got a part back.${left}` };
  }
  const disputed = disputeWaits(sale) ? ' The cardholder has asked the bank for the money back.' : '';
  return { tone: 'approved', title: 'Approved', waiting: false, body: `The customer has paid.${disputed}` };
}

/** True while a dispute of this payment waits for the shop's answer. */
export function disputeWaits(sale: SaleView): boolean {
  return sale.disputes.some((dispute) => dispute.due_by_ms !== null);
}
