// English: the till's books beside Stripe's, and what is odd about a payment.
import type { Agreement } from '../../shared/bindings/Agreement';
import type { ComparisonGap } from '../../shared/bindings/ComparisonGap';
import type { AtStripe } from '../../shared/bindings/AtStripe';
import type { BooksSay } from '../../shared/bindings/BooksSay';
import type { ComparedList } from '../../shared/bindings/ComparedList';
import type { ComparisonNote } from '../../shared/bindings/ComparisonNote';
import type { Difference } from '../../shared/bindings/Difference';
import type { DifferenceView } from '../../shared/bindings/DifferenceView';
import type { Oddity } from '../../shared/bindings/Oddity';
import { say, type ByName, type Told, type WordsFor } from '../facts';

const sales = (count: number): string => (count === 1 ? 'One sale' : `${String(count)} sales`);

const payments = (count: number): string => (count === 1 ? 'One payment' : `${String(count)} payments`);

const gap: WordsFor<ComparisonGap> = {
  no_stripe_time: () =>
    'Stripe’s answers did not tell the time, so the till cannot tell which days it would compare. Something between the till and Stripe may change the answers. Try again; if it stays so, ask whoever looks after the network.',
  sales_without_stripe_time: ({ sales: count }) =>
    `${sales(count)} paid here, of which the time at Stripe is not known, may belong to other days. Compare a longer time.`,
  sales_left_out: ({ sales: count }) =>
    `${sales(count)} ${count === 1 ? 'was' : 'were'} being worked on meanwhile, and left out. Compare again when nobody is paying.`,
  lists_cut: () => 'Not all of Stripe’s lists could be read. What is missing is said above. Compare a shorter time.',
  other_tills_before: ({ payments: count }) =>
    `${payments(count)} of this time ${count === 1 ? 'carries' : 'carry'} another till’s mark and ${count === 1 ? 'is' : 'are'} older than anything in this till’s books, so ${count === 1 ? 'it was' : 'they were'} not compared. If the shop has another till, that is all. If this computer was set up afresh, they may be its own sales of before: hold them against the Stripe Dashboard, or put a copy of the sales back.`,
  id_in_use_elsewhere: ({ payments: count }) =>
    `${payments(count)} under this till’s mark ${count === 1 ? 'was' : 'were'} made while this till ran, and not by it. Another computer runs with a copy of this till’s folder. Close the till there and set it up anew in an empty folder; until then do not take these payments into the books here.`,
};

const missingHere: ByName<AtStripe, { title: string; stands: string }> = {
  paid: { title: 'Paid at Stripe, not in the books', stands: 'was paid' },
  held: { title: 'Held at Stripe, not in the books', stands: 'holds the customer’s money' },
  under_way: { title: 'Under way at Stripe, not in the books', stands: 'is being processed' },
  unfinished: { title: 'Open at Stripe, not in the books', stands: 'is not finished' },
};

const booksSay: ByName<BooksSay, string> = {
  not_tried: 'that nothing was tried',
  declined: 'that the card was declined',
  cancelled: 'that the sale was cancelled',
  paid: 'that it is paid',
  held: 'that the money is held',
  set_aside: 'that it was set aside',
};

/** What the sentences about a difference need besides. */
interface About {
  number: string;
  amount: string;
}

const difference: { readonly [What in Difference['what']]: (told: Extract<Difference, { what: What }>, about: About) => Told } = {
  missing_here: ({ stands }, { amount }) => ({
    title: missingHere[stands].title,
    body: `A payment of ${amount} that carries this till’s mark ${missingHere[stands].stands}, but the till has no sale for it. Its journal was lost, or is an older copy. Take it into the books.`,
  }),
  missing_there: () => ({
    title: 'In the books, not at Stripe',
    body: 'The books have this payment, and Stripe does not know it for this account. If test data was deleted, that is why. If not, look into the Stripe Dashboard: is this the right account?',
  }),
  amounts: ({ books: ours, stripe }) => ({
    title: 'The amounts differ',
    body: `The books say ${ours.text}, Stripe says ${stripe.text}. Somebody may have changed the payment at Stripe. The Stripe Dashboard shows what the customer was charged.`,
  }),
  paid_set_aside: (_told, { number, amount }) => ({
    title: 'Paid at Stripe, set aside here',
    body: `The payment that was set aside for sale ${number} took ${amount}. It is in none of the till’s totals. Refund it in the Stripe Dashboard if the customer should not have paid it.`,
  }),
  not_paid_at_stripe: () => ({
    title: 'Paid in the books, not paid at Stripe',
    body: 'The books say that this sale is paid, and Stripe does not. Look at it in the Stripe Dashboard.',
  }),
  outcome: ({ was, is }) => ({
    title: 'It ended differently',
    body: `The books said ${booksSay[was]}. Stripe says otherwise, ${is === null ? 'and the till is finding out' : `so the books now say ${booksSay[is]}`}.`,
  }),
  second_payment: (_told, { number, amount }) => ({
    title: 'A second payment for one sale',
    body: `Stripe has another payment of ${amount} that names sale ${number}. The till never makes two; somebody may have copied it. Look at both in the Stripe Dashboard, and refund the one that should not be.`,
  }),
  refund_missing_there: (_told, { amount }) => ({
    title: 'A refund that Stripe does not have',
    body: `The books have a refund of ${amount}, and Stripe does not know it. Look at this payment in the Stripe Dashboard.`,
  }),
  refund_failed: (_told, { amount }) => ({
    title: 'A refund failed',
    body: `The customer did not get back ${amount}: the money is with the shop again. Open the sale to see why, and agree on another way with the customer.`,
  }),
  refund_elsewhere: (_told, { amount }) => ({
    title: 'Refunded elsewhere',
    body: `${amount} was given back in the Stripe Dashboard or by another program. It is in the books now.`,
  }),
  refund_changed: (_told, { amount }) => ({
    title: 'A refund has changed',
    body: `The refund of ${amount} has changed at Stripe. The books have been put right.`,
  }),
  dispute: ({ decided }, { amount }) => ({
    title: 'A payment is disputed',
    body: `The cardholder has asked the bank for ${amount} back. ${decided ? 'It is decided: open the sale to see how.' : 'Answer it in the Stripe Dashboard in time.'}`,
  }),
  mark: () => ({
    title: 'The payment does not name this sale or this till',
    body: 'The payment is this sale’s by its number at Stripe, and counts. But it does not carry this sale’s mark and this till’s any more, or carries another’s: somebody has changed it in the Stripe Dashboard. Put the mark back there, or note it.',
  }),
  taken_in_part: () => ({
    title: 'Less was taken than was held',
    body: 'A part of the held amount was taken in the Stripe Dashboard or by another program, and the rest was released. The books count what was taken.',
  }),
};

const list: ByName<ComparedList, string> = { payments: 'payments', refunds: 'refunds', disputes: 'disputes' };

const note: WordsFor<ComparisonNote> = {
  disputes_of_others: ({ payments: count }) =>
    count === 1
      ? 'One disputed payment of the account is not this till’s. The Stripe Dashboard shows it.'
      : `${String(count)} disputed payments of the account are not this till’s. The Stripe Dashboard shows them.`,
  sale_in_work: ({ number }) =>
    `Sale ${String(number)} was being worked on meanwhile and is in neither total. Compare again when it is finished.`,
  too_many_to_look_at: ({ most }) =>
    `More than ${String(most)} sales have to be looked at one by one; the others were left. Choose a shorter time.`,
  disputes_not_read: () => 'Disputes could not be read. A restricted key needs read access to Disputes for that.',
  list_too_long: ({ list: which, most }) =>
    `There are more than ${new Intl.NumberFormat('en').format(most)} ${list[which]} in this time; only the newest were compared. Choose a shorter time.`,
};

export const oddity: ByName<Oddity, string> = {
  mark: 'The payment counts, but does not carry this sale’s mark and this till’s at Stripe, or carries another’s. Somebody may have changed it in the Stripe Dashboard.',
  test_money:
    'Stripe says that this is a test payment: no real money was taken. Check the keys in Settings before you hand over the goods.',
  real_money:
    'Stripe says that this is real money, although the till takes test payments. Refund it if it was meant as a test, and check the keys in Settings.',
  keys_of_two_accounts:
    'Stripe does not know the card that was keyed a moment ago: the publishable and the secret key belong to two Stripe accounts. Nothing was charged, and no card can be charged until the owner enters both keys of one account in Settings.',
  refund_of_another:
    'A refund that the till asked for says that it is another payment’s. It counts here. Look at both payments in the Stripe Dashboard.',
};

export const books = {
  verdict: (agreement: Agreement, open: number): string => {
    const words: ByName<Agreement, () => string> = {
      agrees: () => 'Everything agrees',
      differs: () => (open === 1 ? 'One difference to look at' : `${String(open)} differences to look at`),
      not_whole: () => 'No difference found, but not everything was compared',
      not_compared: () => 'Not compared',
    };
    return words[agreement]();
  },
  gap: (told: ComparisonGap): string => say(gap, told, undefined),
  notNow: 'Not now',
  difference: ({ difference: told, number, money }: DifferenceView): Told => {
    const words = difference[told.what] as (told: Difference, about: About) => Told;
    return words(told, { number: String(number ?? ''), amount: money?.text ?? '' });
  },
  note: (told: ComparisonNote): string => say(note, told, undefined),
  takenInPart: (taken: string, of: string): string => `${taken} of ${of} was taken; the rest of the hold was released.`,
};
