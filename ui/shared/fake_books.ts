// The fake core's comparison with Stripe: the totals of its own sales, and the differences that it was given.
import type { DifferenceView } from './bindings/DifferenceView';
import type { Preferences } from './bindings/Preferences';
import type { ReconciliationView } from './bindings/ReconciliationView';
import type { SaleView } from './bindings/SaleView';
import { fakeMoney } from './fake_price';

/** What a comparison of this span finds. */
export function fakeReconciliation(
  sales: SaleView[],
  differences: DifferenceView[],
  span: { from_ms: number; to_ms: number },
  preferences: Preferences,
): ReconciliationView {
  const paid = sales.filter(
    (sale) => sale.stage.kind === 'approved' && sale.opened_at_ms >= span.from_ms && sale.opened_at_ms <= span.to_ms,
  );
  const sum = (amounts: number[]) => ({
    payments: amounts.length,
    money:
      amounts.length === 0
        ? []
        : [
            fakeMoney(
              amounts.reduce((all, amount_minor) => all + amount_minor, 0),
              preferences,
            ),
          ],
  });
  const ours = paid.map((sale) => sale.money.amount_minor);
  const missing = differences
    .filter((difference) => difference.kind === 'missing_here')
    .map((difference) => difference.money?.amount_minor ?? 0);
  return {
    ...span,
    at_ms: Date.now(),
    books: sum(ours),
    stripe: sum([...ours, ...missing]),
    others: sum([4200, 1250]),
    notes: [],
    gaps: [],
    agreement: differences.some((difference) => !difference.put_right) ? 'differs' : 'agrees',
    differences,
  };
}
