// A sale's timeline as text for Stripe's support: ids, times in UTC, and Stripe's number of each request.
import type { SaleView } from '../../shared/bindings/SaleView';
import type { TimelineRow } from '../../shared/bindings/TimelineRow';
import type { Words } from '../../words/now.svelte';

/** One line for each row, under a head that names the payment. Stripe knows nothing of training: not for a sale of that. */
export function forSupport(sale: SaleView, rows: readonly TimelineRow[], live: boolean, words: Words['timeline']['support']): string {
  const line = ({ at_ms, stripe_ms, happened, request, ids }: TimelineRow): string =>
    [
      new Date(stripe_ms ?? at_ms).toISOString(),
      stripe_ms === null ? 'T' : 'S',
      words.row(happened),
      ...ids,
      ...(request === null ? [] : [request]),
    ].join('  ');
  const { amount_minor, currency } = sale.money;
  return [words.head(sale.payment_intent, amount_minor, currency, live), ...rows.map(line), ''].join('\n');
}
