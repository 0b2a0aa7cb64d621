// What the till really says of a sale, by its situation: read from views that the till itself wrote down
// (`true_views.json`, by the test `true_views` of the crate `till`). The fake core holds no rule of its own.
import type { SaleView } from './bindings/SaleView';
import views from './true_views.json';

/** What follows from how a sale stands. */
export type Standings = Pick<SaleView, 'standing' | 'may_turn_out_paid' | 'presses' | 'call_in_flight' | 'actions'>;

const SALES = views.sales as unknown as Readonly<Record<string, SaleView>>;

/** The name that the till's test gives to the situation of a sale. */
export function situation(sale: SaleView): string {
  const { stage } = sale;
  switch (stage.kind) {
    case 'open':
      return stage.notice === null ? 'open' : 'open.refused_before';
    case 'not_known':
      if (stage.why.kind !== 'no_answer') return `not_known.${stage.why.kind}`;
      if (stage.why.finishing) return 'not_known.finishing';
      return stage.why.found.kind === 'none' ? 'not_known.absent' : 'not_known.no_answer';
    case 'cancelling':
      return stage.step.kind === 'calling' && stage.step.doubt_since_ms !== null
        ? 'cancelling.calling_after_doubt'
        : `cancelling.${stage.step.kind}`;
    case 'approved':
      return `approved${refundsOf(sale)}`;
    default:
      return stage.kind;
  }
}

function refundsOf(sale: SaleView): string {
  const has = (state: string) => sale.refunds.some((refund) => refund.state === state);
  const given = sale.refunds.reduce((sum, refund) => sum + (refund.state === 'not_refunded' ? 0 : refund.money.amount_minor), 0);
  return [
    sale.unasked !== null && '+unasked',
    has('working') && '+refund_working',
    has('not_known') && '+refund_not_known',
    has('pending') && '+refund_pending',
    given >= sale.money.amount_minor && '+nothing_left',
  ]
    .filter((word) => word !== false)
    .join('');
}

/** What the till says of a sale in this situation; `named` where the situation is of something that no screen sees. */
export function truth(sale: SaleView, named = situation(sale)): Standings {
  const known = SALES[named] ?? SALES[named.replace('+nothing_left', '')];
  if (known === undefined) throw new Error(`The till has shown no sale that is ${named}: play one in its test true_views.`);
  const { standing, may_turn_out_paid, presses, call_in_flight, actions } = known;
  return { standing, may_turn_out_paid, presses, call_in_flight, actions };
}
