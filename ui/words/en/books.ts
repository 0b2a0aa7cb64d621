// English: the till's books beside Stripe's, and what is odd about a payment.
import type { Agreement } from '../../shared/bindings/Agreement';
import type { ComparisonGap } from '../../shared/bindings/ComparisonGap';
import type { DifferenceKind } from '../../shared/bindings/DifferenceKind';
import type { Oddity } from '../../shared/bindings/Oddity';
import { say, type ByName, type Told, type WordsFor } from '../facts';

const sales = (count: number): string => (count === 1 ? 'One sale' : `${String(count)} sales`);

const payments = (count: number): string => (count === 1 ? 'One payment' : `${String(count)} payments`);

const gap: WordsFor<ComparisonGap> = {
  no_stripe_time: () => 'Stripe’s answers did not tell the time, so the till cannot tell which days it would compare. Something between the till and Stripe may change the answers. Try again; if it stays so, ask whoever looks after the network.',
  sales_without_stripe_time: ({ sales: count }) => `${sales(count)} paid here, of which the time at Stripe is not known, may belong to other days. Compare a longer time.`,
  sales_left_out: ({ sales: count }) => `${sales(count)} being worked on meanwhile. Compare again when nobody is paying.`,
  lists_cut: () => 'Not all of Stripe’s lists could be read. What is missing is said above. Compare a shorter time.',
  other_tills_before: ({ payments: count }) => `${payments(count)} of this time ${count === 1 ? 'carries' : 'carry'} another till’s mark and ${count === 1 ? 'is' : 'are'} older than anything in this till’s books, so ${count === 1 ? 'it was' : 'they were'} not compared. If the shop has another till, that is all. If this computer was set up afresh, they may be its own sales of before: hold them against the Stripe Dashboard, or put a copy of the sales back.`,
  id_in_use_elsewhere: ({ payments: count }) => `${payments(count)} under this till’s mark ${count === 1 ? 'was' : 'were'} made while this till ran, and not by it. Another computer runs with a copy of this till’s folder. Close the till there and set it up anew in an empty folder; until then do not take these payments into the books here.`,
};

/** Differences whose words are the window's; the others bring theirs along. */
const difference: Partial<ByName<DifferenceKind, Told>> = {
  mark: {
    title: 'The payment does not name this sale or this till',
    body: 'The payment is this sale’s by its number at Stripe, and counts. But it does not carry this sale’s mark and this till’s any more, or carries another’s: somebody has changed it in the Stripe Dashboard. Put the mark back there, or note it.',
  },
  taken_in_part: {
    title: 'Less was taken than was held',
    body: 'A part of the held amount was taken in the Stripe Dashboard or by another program, and the rest was released. The books count what was taken.',
  },
};

export const oddity: ByName<Oddity, string> = {
  mark: 'The payment counts, but does not carry this sale’s mark and this till’s at Stripe, or carries another’s. Somebody may have changed it in the Stripe Dashboard.',
  test_money: 'Stripe says that this is a test payment: no real money was taken. Check the keys in Settings before you hand over the goods.',
  real_money: 'Stripe says that this is real money, although the till takes test payments. Refund it if it was meant as a test, and check the keys in Settings.',
  keys_of_two_accounts: 'Stripe does not know the card that was keyed a moment ago: the publishable and the secret key belong to two Stripe accounts. Nothing was charged, and no card can be charged until the owner enters both keys of one account in Settings.',
  refund_of_another: 'A refund that the till asked for says that it is another payment’s. It counts here. Look at both payments in the Stripe Dashboard.',
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
  difference: (kind: DifferenceKind): Told | null => difference[kind] ?? null,
  takenInPart: (taken: string, of: string): string => `${taken} of ${of} was taken; the rest of the hold was released.`,
};

/** Refusals of the core that bring no sentence along, by their code. */
export const refusals: Readonly<Record<string, string>> = {
  journal_taken_over: 'Another Countersign has been started on these sales, so this one takes no more payments: two tills would charge one sale twice. Close this window, and go on in the other one.',
  journal_not_copied: 'The sales of an earlier version are copied before this version takes them on, and there was no room for the copy, or the folder cannot be written. Nothing was changed. Free some space, and try again.',
  folder_blank_at_its_ends: 'There is a blank or an invisible character before or behind the folder. Take it away, or type the folder once more.',
  folder_too_long: 'This is longer than a folder’s path can be. Type the folder alone.',
  folder_not_a_full_path: 'Type the folder with its full path, in one line, as in /media/stick/copies.',
  not_looked: 'Before the same request is sent again the till looks whether Stripe has it already, and Stripe did not answer. Nothing was sent. Try again in a moment.',
};
