// Which sales still need somebody, and in what order.
import type { SaleView } from '../shared/bindings/SaleView';

/** True while the customer has been charged for a sale that was given up, and nobody has decided what is to become of it. */
export function chargedUnasked(sale: SaleView): boolean {
  return sale.presses === 'charged_unasked';
}

/** True while somebody or something has still to do with a sale. A declined one is unfinished: its customer has not paid. */
export function isUnfinished(sale: SaleView): boolean {
  return sale.standing !== 'over' || sale.presses !== null;
}

/** True when staff may leave a sale to itself and serve the next customer. */
export function canBeLeft(sale: SaleView): boolean {
  return sale.standing !== 'in_hand';
}

/** True when the next sale is the one obvious step: this one asks nothing of anybody any more, or nothing that hurries. */
export function isBehindUs(sale: SaleView): boolean {
  return canBeLeft(sale) && sale.presses !== 'charged_unasked' && sale.presses !== 'outcome_open';
}

/** An opened sale that never had a card. It may wait in the list, but it does not take the screen at start-up. */
function untouched(sale: SaleView): boolean {
  return sale.stage.kind === 'open' && sale.attempts.length === 0 && sale.stage.notice === null;
}

/** The sale to show at start-up: the most pressing unfinished one that can be acted on, else the newest that is under way. */
export function firstToAttend(sales: readonly SaleView[]): SaleView | null {
  const waiting = newestFirst(sales).filter((sale) => isUnfinished(sale) && !untouched(sale));
  return waiting.find(chargedUnasked) ?? waiting.find((sale) => sale.actions.length > 0) ?? waiting[0] ?? null;
}

/** All unfinished sales but the one on screen: the pressing ones first, then newest first. */
export function othersToAttend(sales: readonly SaleView[], shown: string | null): SaleView[] {
  return pressingFirst(sales.filter((sale) => sale.sale_id !== shown && isUnfinished(sale)));
}

/** Customers charged for nothing first, then unknown outcomes, then newest first. */
export function pressingFirst(sales: readonly SaleView[]): SaleView[] {
  const rank = (sale: SaleView): number => {
    if (sale.presses === null) return 2;
    return chargedUnasked(sale) ? 0 : 1;
  };
  return newestFirst(sales).sort((a, b) => rank(a) - rank(b));
}

/** Newest first. */
export function newestFirst(sales: readonly SaleView[]): SaleView[] {
  return [...sales].sort((a, b) => b.number - a.number);
}
