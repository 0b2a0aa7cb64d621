// English: why the till does not do what it was asked.
import type { BooksFault } from '../../shared/bindings/BooksFault';
import type { Named } from '../../shared/bindings/Named';
import type { NotNow } from '../../shared/bindings/NotNow';
import type { Refusal } from '../../shared/bindings/Refusal';
import type { SameAmount } from '../../shared/bindings/SameAmount';
import type { TillFact } from '../../shared/bindings/TillFact';
import { own, say, type ByName, type WordsFor, type Writing } from '../facts';
import { listFault } from './listing';

const sameAmount: ByName<SameAmount, string> = {
  charged_unasked: 'was charged although it had been given up, and nobody has decided about it yet',
  authenticated: 'was approved by the bank and is not finished',
  held: 'holds the customer’s money',
  not_known: 'is not known yet: the customer may have been charged already',
};

const notNow: ByName<NotNow, string> = {
  as_the_sale_stands: 'This cannot be done with the sale as it stands.',
  other_amount: 'This sale has another amount.',
  other_texts: 'This sale is open already, with another reference or note. Go on with it in History.',
  card_tried_already: 'This card was tried already. Key it again to try it once more.',
  taken_in_open: 'This payment was taken in from Stripe while it was open, so it cannot be finished here. Cancel it and start a new sale.',
  nothing_to_finish: 'There is nothing to finish: the bank’s approval is not there, or not any more.',
  paid_already: 'The customer has paid already, so this sale cannot be cancelled. Refund it instead.',
  cannot_be_sent_again: 'This request cannot be sent again. Cancel the sale and start a new one.',
  no_key: 'No key could be made for this payment.',
  not_paid: 'Only a paid sale can be refunded.',
  another_refund_open: 'Another refund of this sale is still open. Wait until the till knows how it ended.',
  not_this_tills: 'This payment does not carry this till’s mark, so it cannot be taken in.',
  amount_not_kept: 'This payment’s amount or currency is none that this till can keep.',
  sale_in_hand: 'A sale is in hand. Finish or cancel it first; the till is checked between sales.',
  bad_span: 'Choose a time of at most three months, from earlier to later.',
};

const refusal: WordsFor<Refusal, void, 'code'> = {
  unknown_sale: () => 'This sale is not in the till’s journal.',
  stale_attempt: () => 'The sale has moved on since this card was keyed, so the card was not tried.',
  stale_refund: () => 'The sale has changed since this refund was asked for, so nothing was given back. Look at its refunds and ask again.',
  more_than_left: ({ left }) => `No more than ${left.text} of this payment can be given back.`,
  same_amount: ({ number, money, stands }) =>
    `Sale ${String(number)} of ${money.text} ${sameAmount[stands]}. If this is the same customer, go on with that sale instead of charging again.`,
  not_now: ({ why }) => notNow[why],
  disk_full: () =>
    'The disk is full, so no payment can be started: nothing would be on record. Free some space; the till goes on by itself.',
  journal_taken_over: () =>
    'Another Countersign has been started on these sales, so this one takes no more payments: two tills would charge one sale twice. Close this window, and go on in the other one.',
  written_by_newer: () =>
    'A newer version of Countersign wrote this sale, and this one cannot read it. Install that version again; nothing is lost.',
  journal: ({ said }) =>
    `The sales journal cannot be read or written. Check that the disk is connected and that the till’s folder belongs to you, then try again. (The system says: ${own(said)})`,
  offline: () => 'Stripe cannot be reached, so nothing could be compared. Check the network and try again.',
  not_reconciled: ({ status }) =>
    status === null
      ? 'Stripe’s answer could not be read. Try again in a moment.'
      : `Stripe did not answer the question (HTTP ${String(status)}). Try again in a moment.`,
  not_stripe: () =>
    'Something else than Stripe answered, so nothing could be compared. Look at the network: a page to sign in may be waiting, or a proxy be broken.',
  not_looked: () =>
    'Before the same request is sent again the till looks whether Stripe has it already, and Stripe did not answer. Nothing was sent. Try again in a moment.',
  closed: () => 'The till is closing. Start it again to go on; nothing is lost.',
};

type AskedFact = Extract<
  TillFact,
  { fact: 'cannot_sell' | 'sale_in_hand' | 'not_at_window' | 'malformed' | 'books_not_read' | 'list_not_saved' }
>;

const notRead: ByName<BooksFault, string> = {
  overtaken: 'Something else was looked for meanwhile.',
  too_long: 'Looking through the sales took too long. Selling is not affected. Try again, or look for something narrower.',
  damaged:
    'The list of sales was damaged, and is being made again from the journal. No sale is lost, and selling is not affected. Try again in a few minutes.',
  not_opened: 'The sales cannot be looked through now. Selling is not affected. Close the till and open it again.',
  bad_edges: 'These days cannot be added up. Choose others.',
};

const named: ByName<Named, string> = {
  sale: 'sale',
  attempt: 'attempt',
  refund: 'refund',
  currency: 'currency',
  card: 'card',
  payment: 'payment',
  journal: 'journal',
};

/** Why a window's command was not followed. */
export const asked: WordsFor<AskedFact, Writing, 'fact'> = {
  cannot_sell: () => 'No sale can be taken now. The till says at the top of its window what is in the way.',
  sale_in_hand: () => 'A sale is still in hand. Finish or cancel it first.',
  not_at_window: () => 'This sale is not at the payment window any more. Nothing was done.',
  books_not_read: ({ why }) => notRead[why],
  list_not_saved: ({ folder, why }) => `The list was not saved in ${own(folder)}. ${say(listFault, why, undefined, 'why')}`,
  malformed: ({ what }) => `The till was asked about a ${named[what]} that it does not have. Nothing was done.`,
};

export const refusals = {
  /** Why a command was not followed. */
  refused: (told: Refusal): string => say(refusal, told, undefined, 'code'),
};
