// Which sales still need somebody, and in what order.
import type { SaleView } from '../shared/bindings/SaleView';
import { unreachable } from '../shared/unreachable';

/** True while the outcome of a sale is open. A declined sale is unfinished: its customer has not paid. */
export function isUnfinished(sale: SaleView): boolean {
  switch (sale.stage.kind) {
    case 'approved': case 'held': case 'cancelled': return false;
    case 'open': case 'submitting': case 'needs_authentication': case 'authenticated': case 'confirming':
    case 'processing': case 'declined': case 'not_known': case 'cancelling': return true;
    default: return unreachable(sale.stage);
  }
}

/** True when staff may leave a sale to itself and serve the next customer: the till goes on looking by itself. */
export function canBeLeft(sale: SaleView): boolean {
  switch (sale.stage.kind) {
    case 'approved': case 'held': case 'cancelled': case 'processing': case 'not_known': return true;
    case 'open': case 'submitting': case 'needs_authentication': case 'authenticated': case 'confirming':
    case 'declined': case 'cancelling': return false;
    default: return unreachable(sale.stage);
  }
}

/** An opened sale that never had a card. It may wait in the list, but it does not take the screen at start-up. */
function untouched(sale: SaleView): boolean {
  return sale.stage.kind === 'open' && sale.attempts.length === 0 && sale.stage.notice === null;
}

/** The sale to show at start-up: the newest unfinished one that can be acted on, else the newest that is under way. */
export function firstToAttend(sales: readonly SaleView[]): SaleView | null {
  const waiting = newestFirst(sales).filter((sale) => isUnfinished(sale) && !untouched(sale));
  return waiting.find((sale) => sale.actions.length > 0) ?? waiting[0] ?? null;
}

/** All unfinished sales but the one on screen: unknown outcomes first, then newest first. */
export function othersToAttend(sales: readonly SaleView[], shown: string | null): SaleView[] {
  return unknownFirst(sales.filter((sale) => sale.sale_id !== shown && isUnfinished(sale)));
}

/** Unknown outcomes first, then newest first. */
export function unknownFirst(sales: readonly SaleView[]): SaleView[] {
  const rank = (sale: SaleView): number => (sale.stage.kind === 'not_known' ? 0 : 1);
  return newestFirst(sales).sort((a, b) => rank(a) - rank(b));
}

function newestFirst(sales: readonly SaleView[]): SaleView[] {
  return [...sales].sort((a, b) => b.number - a.number);
}
