// The fake core's sums of its own sales: where money moved, as the core counts it.
import type { SaleView } from './bindings/SaleView';
import type { SpanView } from './bindings/SpanView';
import type { SumsView } from './bindings/SumsView';
import { fakeMoney } from './fake_price';

interface Moved {
  at_ms: number;
  currency: string;
  taken: number;
  refunded: number;
}

function moved(sale: SaleView): Moved[] {
  const { currency } = sale.money;
  const taken = (sale.taken ?? sale.money).amount_minor;
  const paid = sale.stage.kind === 'approved' ? [{ at_ms: sale.stage.receipt.at_ms, currency, taken, refunded: 0 }] : [];
  const back = sale.refunds
    .filter(({ state }) => state === 'refunded' || state === 'pending')
    .map(({ at_ms, money }) => ({ at_ms, currency, taken: 0, refunded: money.amount_minor }));
  return [...paid, ...back];
}

function sums(all: readonly Moved[], locale: string): SumsView[] {
  const currencies = [...new Set(all.map(({ currency }) => currency))].sort();
  return currencies.map((currency) => {
    const own = all.filter((one) => one.currency === currency);
    const taken = own.reduce((sum, one) => sum + one.taken, 0);
    const refunded = own.reduce((sum, one) => sum + one.refunded, 0);
    const money = (minor: number) => fakeMoney(minor, { currency, locale });
    return {
      taken: money(taken),
      refunded: money(refunded),
      net: money(taken - refunded),
      payments: own.filter((one) => one.taken > 0).length,
      refunds: own.filter((one) => one.refunded > 0).length,
    };
  });
}

/** What these sales come to between each two of the edges. */
export function fakeTotals(sales: readonly SaleView[], edges_ms: readonly number[], locale: string): SpanView {
  const within = (from_ms: number, to_ms: number) => sales.flatMap(moved).filter(({ at_ms }) => at_ms >= from_ms && at_ms < to_ms);
  const slots = edges_ms.slice(0, -1).map((from_ms, at) => {
    const to_ms = edges_ms[at + 1] ?? from_ms;
    return { from_ms, to_ms, sums: sums(within(from_ms, to_ms), locale) };
  });
  return { sums: sums(within(edges_ms[0] ?? 0, edges_ms.at(-1) ?? 0), locale), slots };
}
