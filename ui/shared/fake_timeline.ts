// What happened to a sale of the fake core, as far as its view tells: its cards, and what was given back.
import type { AnswerTold } from './bindings/AnswerTold';
import type { AttemptOutcome } from './bindings/AttemptOutcome';
import type { Happened } from './bindings/Happened';
import type { SaleView } from './bindings/SaleView';
import type { TimelineRow } from './bindings/TimelineRow';

/** How long Stripe takes to answer here, milliseconds. */
const ANSWERS_AFTER = 812;

type Answered = Pick<TimelineRow, 'leaves'> & { answer: AnswerTold; ids: string[] };

function answerTo(outcome: AttemptOutcome): Answered | null {
  switch (outcome.kind) {
    case 'approved':
      return { answer: { came: 'answered', status: 'paid' }, leaves: { stands: 'paid' }, ids: ['ch_3QFakeXy7LkdIwHu1n0aBcDe'] };
    case 'held':
      return { answer: { came: 'answered', status: 'held' }, leaves: { stands: 'held' }, ids: ['ch_3QFakeXy7LkdIwHu1n0aBcDe'] };
    case 'declined':
      return { answer: { came: 'answered', status: 'waits_for_card' }, leaves: { stands: 'declined', why: outcome.why }, ids: [] };
    case 'cancelled':
      return { answer: { came: 'answered', status: 'cancelled' }, leaves: { stands: 'cancelled' }, ids: [] };
    case 'not_tried':
      return { answer: { came: 'turned_away', http: 400, status: null }, leaves: { stands: 'waits_for_card' }, ids: [] };
    case 'in_progress':
      return null;
  }
}

/** The rows of a sale, oldest first. */
export function fakeTimeline(sale: SaleView): TimelineRow[] {
  let requests = 0;
  const done = (at_ms: number, happened: Happened): TimelineRow => ({
    at_ms,
    stripe_ms: null,
    by: 'staff',
    happened,
    leaves: null,
    request: null,
    ids: [],
  });
  const heard = (at_ms: number, happened: Happened, leaves: TimelineRow['leaves'], ids: string[]): TimelineRow => {
    requests += 1;
    const request = `req_${sale.sale_id.replaceAll('-', '').slice(0, 12)}${String(requests).padStart(2, '0')}`;
    return { at_ms, stripe_ms: at_ms, by: 'till', happened, leaves, request, ids };
  };
  const opened_ms = Math.min(sale.opened_at_ms, ...sale.attempts.map(({ at_ms }) => at_ms));
  const rows = [done(opened_ms, { what: 'opened' })];
  for (const { at_ms, outcome } of sale.attempts) {
    rows.push(done(at_ms, { what: 'sent', call: 'charge' }));
    const told = answerTo(outcome);
    if (told === null) continue;
    rows.push(heard(at_ms + ANSWERS_AFTER, { what: 'answered', call: 'charge', answer: told.answer }, told.leaves, told.ids));
  }
  for (const [at, { at_ms, money, state }] of sale.refunds.entries()) {
    rows.push(done(at_ms, { what: 'refund_sent', money }));
    if (state === 'working') continue;
    const answer: AnswerTold = state === 'not_known' ? { came: 'silence', http: null } : { came: 'answered', status: null };
    const ids = state === 'not_known' ? [] : [`re_3QFakeXy7LkdIwHu1n0aBc${String(at)}`];
    const told = heard(at_ms + ANSWERS_AFTER, { what: 'refund_answered', answer, stands: state }, null, ids);
    rows.push(state === 'not_known' ? { ...told, stripe_ms: null, request: null } : told);
  }
  return rows;
}
