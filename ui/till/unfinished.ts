// Which sales still need somebody, and in what order.
import type { CancelStep } from '../shared/bindings/CancelStep';
import type { SaleView } from '../shared/bindings/SaleView';
import { unreachable } from '../shared/unreachable';

/** True while the customer has been charged for a sale that was given up, and nobody has decided what is to become of it. */
export function chargedUnasked(sale: SaleView): boolean {
  return sale.unasked !== null;
}

/** True while money may be on its way back to the customer or not. */
export function refundInDoubt(sale: SaleView): boolean {
  return sale.refunds.some((refund) => refund.state === 'working' || refund.state === 'not_known');
}

/** True while the outcome of a sale is open. A declined sale is unfinished: its customer has not paid. */
export function isUnfinished(sale: SaleView): boolean {
  switch (sale.stage.kind) {
    case 'approved': return chargedUnasked(sale) || refundInDoubt(sale);
    case 'held': case 'cancelled': case 'set_aside': return false;
    case 'open': case 'submitting': case 'needs_authentication': case 'authenticated': case 'confirming':
    case 'processing': case 'declined': case 'not_known': case 'cancelling': return true;
    default: return unreachable(sale.stage);
  }
}

/** True when the cancel of a sale begins with finding out what became of it, or came after that: as in `CancelStep::goes_on_by_itself`. */
function cancelsByItself(step: CancelStep): boolean {
  switch (step.kind) {
    case 'finding_out': return true;
    case 'calling': return step.doubt_since_ms !== null;
    case 'awaiting_charge': return false;
    default: return unreachable(step);
  }
}

/** True while nobody knows what became of a card. */
export function isInDoubt(sale: SaleView): boolean {
  return sale.stage.kind === 'not_known' || (sale.stage.kind === 'cancelling' && sale.stage.step.kind === 'finding_out');
}

/** True when staff may leave a sale to itself and serve the next customer: the till goes on looking by itself. */
export function canBeLeft(sale: SaleView): boolean {
  switch (sale.stage.kind) {
    case 'approved': case 'held': case 'cancelled': case 'set_aside': case 'processing': case 'not_known': return true;
    case 'cancelling': return cancelsByItself(sale.stage.step);
    case 'open': case 'submitting': case 'needs_authentication': case 'authenticated': case 'confirming':
    case 'declined': return false;
    default: return unreachable(sale.stage);
  }
}

/** True when the next sale is the one obvious step: this one asks nothing of anybody any more, or nothing that hurries. */
export function isBehindUs(sale: SaleView): boolean {
  return canBeLeft(sale) && sale.stage.kind !== 'not_known' && sale.stage.kind !== 'cancelling' && !chargedUnasked(sale);
}

/** True while a sale is paid, held or may yet turn out to be, and nobody is done with it: charging its amount again may charge the customer twice. */
export function mayTurnOutPaid(sale: SaleView): boolean {
  switch (sale.stage.kind) {
    case 'approved': return chargedUnasked(sale);
    case 'submitting': case 'authenticated': case 'confirming': case 'held': case 'processing': case 'not_known': case 'cancelling': return true;
    case 'open': case 'needs_authentication': case 'declined': case 'cancelled': case 'set_aside': return false;
    default: return unreachable(sale.stage);
  }
}

/** True when a sale that may be the same purchase waits for staff, and not for an answer. */
export function canBeGoneOnWith(sale: SaleView): boolean {
  return chargedUnasked(sale) || sale.stage.kind === 'authenticated' || sale.stage.kind === 'held';
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
    if (chargedUnasked(sale)) return 0;
    return isInDoubt(sale) || refundInDoubt(sale) ? 1 : 2;
  };
  return newestFirst(sales).sort((a, b) => rank(a) - rank(b));
}

/** Newest first. */
export function newestFirst(sales: readonly SaleView[]): SaleView[] {
  return [...sales].sort((a, b) => b.number - a.number);
}
