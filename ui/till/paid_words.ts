// What a paid sale is called once something has happened to its payment: charged unasked, given back, disputed.
import type { SaleView } from '../shared/bindings/SaleView';
import { words } from '../words/now.svelte';
import type { StageWords } from './stage_words';

/** What of a payment has been given back, or is on its way. */
function given_minor(sale: SaleView): number {
  return sale.refunds.reduce((sum, refund) => sum + (refund.state === 'not_refunded' ? 0 : refund.money.amount_minor), 0);
}

/** The words for a paid sale. */
export function paidWords(sale: SaleView): StageWords {
  const {
    afterwards,
    stage: { paid },
  } = words();
  if (sale.unasked !== null)
    return { tone: 'alarm', title: paid.unasked, waiting: false, body: afterwards.unasked(sale.unasked, sale.money.text) };
  if (isRefunding(sale)) return { ...paid.refunding, tone: 'busy', waiting: true };
  const doubtful = sale.refunds.find((refund) => refund.state === 'not_known');
  if (doubtful !== undefined) return { ...paid.refundNotKnown(doubtful.money.text), tone: 'unknown', waiting: false };
  const given = given_minor(sale);
  if (given >= sale.money.amount_minor) {
    const pending = sale.refunds.some((refund) => refund.state === 'pending');
    return { ...(pending ? paid.refundPending : paid.refunded), tone: 'ended', waiting: false };
  }
  if (given > 0) {
    const left = sale.refundable === null ? [] : [paid.left(sale.refundable.left.text)];
    return { title: paid.partly.title, body: [paid.partly.body, ...left].join(' '), tone: 'approved', waiting: false };
  }
  const disputed = disputeWaits(sale) ? [paid.disputed] : [];
  return { title: paid.approved.title, body: [paid.approved.body, ...disputed].join(' '), tone: 'approved', waiting: false };
}

/** A few words for a list. */
export function paidInAList(sale: SaleView): string {
  return sale.unasked === null && isRefunding(sale) ? words().stage.paid.list.refunding : paidWords(sale).title;
}

function isRefunding(sale: SaleView): boolean {
  return sale.refunds.some((refund) => refund.state === 'working');
}

/** True while a dispute of this payment waits for the shop's answer. */
export function disputeWaits(sale: SaleView): boolean {
  return sale.disputes.some((dispute) => dispute.due_by_ms !== null);
}
