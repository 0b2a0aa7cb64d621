// Refunds of the fake core: what is left, one in doubt at a time. The real rules are the till's, in Rust.
import type { MoneyView } from './bindings/MoneyView';
import type { Preferences } from './bindings/Preferences';
import type { Priced } from './bindings/Priced';
import type { RefundState } from './bindings/RefundState';
import type { RefundView } from './bindings/RefundView';
import type { SaleView } from './bindings/SaleView';
import { fakeMoney, fakePrice } from './fake_price';
import { truth } from './truth';

/** A refund of this much, as it stands. */
export function fakeRefund(money: MoneyView, state: RefundState, more: Partial<RefundView> = {}): RefundView {
  const reference = state === 'working' || state === 'not_known' ? null : 're_3QFakeXy7LkdIwHu1rEfUnD0';
  const why_not: RefundView['why_not'] = state === 'not_refunded' ? { kind: 'failed', reason: 'card_not_valid' } : null;
  return { money, at_ms: Date.now(), state, why_not, elsewhere: false, reference, ...more };
}

/** The sale with what can be given back of it. */
export function withRefundable(sale: SaleView, preferences: Pick<Preferences, 'currency' | 'locale'>): SaleView {
  const given = sale.refunds.reduce((sum, refund) => sum + (refund.state === 'not_refunded' ? 0 : refund.money.amount_minor), 0);
  const unasked = sale.refunds.length === 0 ? sale.unasked : null;
  const now = { ...sale, unasked, refundable: null };
  if (!truth(now).actions.includes('refund')) return now;
  const left = fakeMoney(sale.money.amount_minor - given, { currency: sale.money.currency, locale: preferences.locale });
  return { ...now, refundable: { refund_id: idAfter(sale), left, typed: left.text.replaceAll(/[^\d.,]/g, '') } };
}

/** As long as no refund has been asked for, the id of the next one stays the same. */
function idAfter(sale: SaleView): string {
  return `${sale.sale_id}-${String(sale.refunds.length)}`;
}

/** What a typed refund means to the fake. */
export function fakeRefundPrice(sale: SaleView, text: string, preferences: Preferences): Priced {
  if (sale.refundable === null) return { kind: 'refused', refused: { why: 'nothing_left' } };
  const priced = fakePrice(text, { ...preferences, currency: sale.money.currency });
  if (priced.kind === 'amount' && priced.money.amount_minor > sale.refundable.left.amount_minor) {
    return { kind: 'refused', refused: { why: 'more_than_left', left: sale.refundable.left.text } };
  }
  return priced;
}

/** The call is out. */
export function refundStarts(sale: SaleView, money: MoneyView): SaleView {
  return { ...sale, refunds: [...sale.refunds, fakeRefund(money, 'working')] };
}

/** The answer is in. */
export function refundEnds(sale: SaleView, state: RefundState): SaleView {
  const ends = (refund: RefundView): RefundView =>
    refund.state === 'working' || refund.state === 'not_known' ? fakeRefund(refund.money, state, { at_ms: refund.at_ms }) : refund;
  return { ...sale, refunds: sale.refunds.map(ends) };
}
