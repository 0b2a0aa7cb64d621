// What happened to a sale of the fake core, as far as its view tells: its cards, and what was given back.
import type { AnswerTold } from './bindings/AnswerTold';
import type { AttemptOutcome } from './bindings/AttemptOutcome';
import type { Happened } from './bindings/Happened';
import type { SaleView } from './bindings/SaleView';
import type { TimelineRow } from './bindings/TimelineRow';
import type { WhoseDoing } from './bindings/WhoseDoing';

/** How long Stripe takes to answer here, milliseconds. */
const ANSWERS_AFTER = 812;

function answerTo(outcome: AttemptOutcome): AnswerTold | null {
  switch (outcome.kind) {
    case 'approved':
      return { came_to: 'stands', status: 'paid' };
    case 'held':
      return { came_to: 'stands', status: 'held' };
    case 'declined':
      return { came_to: 'declined' };
    case 'cancelled':
      return { came_to: 'stands', status: 'cancelled' };
    case 'not_tried':
      return { came_to: 'not_done', http: 400 };
    case 'in_progress':
      return null;
  }
}

/** The rows of a sale, oldest first. */
export function fakeTimeline(sale: SaleView): TimelineRow[] {
  let requests = 0;
  const row = (at_ms: number, by: WhoseDoing, happened: Happened): TimelineRow => {
    const isAnswer = happened.what === 'answered' || happened.what === 'refund_answered';
    if (isAnswer) requests += 1;
    return {
      at_ms,
      stripe_ms: isAnswer ? at_ms : null,
      by,
      happened,
      request: isAnswer ? `req_${sale.sale_id.replaceAll('-', '').slice(0, 12)}${String(requests).padStart(2, '0')}` : null,
    };
  };
  const opened_ms = Math.min(sale.opened_at_ms, ...sale.attempts.map(({ at_ms }) => at_ms));
  const rows = [row(opened_ms, 'staff', { what: 'opened' })];
  for (const { at_ms, outcome } of sale.attempts) {
    rows.push(row(at_ms, 'staff', { what: 'sent', call: 'charge' }));
    const answer = answerTo(outcome);
    if (answer !== null) rows.push(row(at_ms + ANSWERS_AFTER, 'till', { what: 'answered', call: 'charge', answer }));
  }
  for (const { at_ms, money, state } of sale.refunds) {
    rows.push(row(at_ms, 'staff', { what: 'refund_sent', money }));
    if (state === 'working') continue;
    const made = state === 'not_known' ? null : state !== 'not_refunded';
    rows.push(row(at_ms + ANSWERS_AFTER, 'till', { what: 'refund_answered', made }));
  }
  return rows;
}
