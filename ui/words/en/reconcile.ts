// English: the screen on which the till's books are held against Stripe's. The differences themselves are in `books.ts`.

import type { ComparedList } from '../../shared/bindings/ComparedList';
import type { ComparisonProgress } from '../../shared/bindings/ComparisonProgress';
import { say, type ByName, type WordsFor } from '../facts';

const list: ByName<ComparedList, string> = { payments: 'payments', refunds: 'refunds', disputes: 'disputes' };

const figure = (count: number): string => new Intl.NumberFormat('en').format(count);

const progress: WordsFor<ComparisonProgress, void, 'step'> = {
  listing: ({ list: which, read }) => `Stripe’s list of ${list[which]} is being read: ${figure(read)} so far.`,
  comparing: ({ compared, of }) => `${figure(compared)} of ${figure(of)} sales compared.`,
  reading_again: ({ read, of }) =>
    of === 1 ? 'One sale is being looked up at Stripe.' : `${figure(read)} of ${figure(of)} sales looked up at Stripe one by one.`,
};

export const reconcile = {
  title: 'Reconcile with Stripe',
  back: 'Back to the history',
  span: 'Span of time',
  spans: {
    last_24_hours: 'Last 24 hours',
    today: 'Today',
    yesterday: 'Yesterday',
    last_7_days: 'Last 7 days',
    last_30_days: 'Last 30 days',
    last_90_days: 'Last 90 days',
  },
  compare: 'Compare',
  asking: 'Asking Stripe…',
  askingLong: 'Stripe is being asked. Many payments take a while.',
  progress: (now: ComparisonProgress): string => say(progress, now, undefined, 'step'),
  sellMeanwhile: 'You can go on selling meanwhile.',
  stop: 'Stop',
  stopped: 'Stopped. Nothing was charged or refunded, and the till’s books are right. Compare again when you like.',
  choose: 'Choose a span of time and compare. This charges nothing and refunds nothing.',
  compared: (from: string, to: string, at: string): string => `${from} to ${to}, compared on ${at}`,
  books: 'The till’s books',
  stripe: 'Stripe, this till',
  others: 'Stripe, others',
  othersHint: 'Payments of the same account that this till did not take.',
  nothing: 'Nothing',
  payments: (count: number): string => (count === 1 ? '1 payment' : `${String(count)} payments`),
  toLookAt: 'Differences to look at',
  putRight: 'Differences that have been put right',
  forInformation: 'For your information: the books have been put right',
  sale: (number: number): string => `Sale ${String(number)}`,
  openSale: 'Open the sale',
  takeIn: 'Take it into the books',
  takingIn: 'Taking it in…',
};
