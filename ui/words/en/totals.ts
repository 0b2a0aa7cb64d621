// English: the screen on which is added up what was taken and given back.
import type { Mode } from '../../shared/bindings/Mode';
import type { ByName } from '../facts';

const payments = (count: number): string => (count === 1 ? '1 payment' : `${String(count)} payments`);
const refunds = (count: number): string => (count === 1 ? '1 refund' : `${String(count)} refunds`);

const counted: ByName<Mode, string> = {
  training: 'Only training sales are counted here, and no money moved.',
  test: 'Only sales of the Stripe test account are counted here, and no real money moved.',
  live: 'Only sales with real money are counted here, none of training or test.',
};

export const totals = {
  title: 'Totals',
  back: 'Back to the history',
  span: 'Days',
  spans: {
    today: 'Today',
    yesterday: 'Yesterday',
    this_week: 'This week',
    last_week: 'Last week',
    this_month: 'This month',
    last_month: 'Last month',
    this_year: 'This year',
    last_year: 'Last year',
  },
  from: 'From',
  to: 'to',
  show: 'Show',
  wrong: {
    not_a_date: (example: string): string => `This is not a date. Type it in figures, as in ${example}.`,
    no_such_day: (example: string): string => `There is no such day. Type the date in figures, as in ${example}.`,
    before_the_first: 'The last day is before the first. Change one of them.',
    too_long: 'These are more than 66 years. Choose fewer.',
  },
  counted,
  /** When money counts. */
  when: 'A payment counts when this till saw it paid, a refund when it was asked for, by this till’s clock.',
  reading: 'Adding up…',
  incomplete: (filed: string, of: string): string =>
    `These sums are not complete yet: ${filed} of ${of} sales are in the books again, the newest first. They grow by themselves, and selling goes on.`,
  nothing: 'Nothing was taken and nothing was given back.',
  taken: 'Taken',
  refunded: 'Refunded',
  net: 'Net',
  netHint: 'taken less refunded',
  payments,
  refunds,
  chart: {
    hour: (currency: string): string => `Taken and refunded by the hour, ${currency}`,
    day: (currency: string): string => `Taken and refunded by the day, ${currency}`,
    month: (currency: string): string => `Taken and refunded by the month, ${currency}`,
  },
  /** The chart in words, for who cannot see it. */
  described: (taken: string | null, refunded: string | null): string =>
    `${taken === null ? 'Nothing was taken.' : `Most was taken at the highest bar: ${taken}.`} ${refunded === null ? 'Nothing was refunded.' : `Most was refunded at the lowest: ${refunded}.`} Each figure is in the table below.`,
  bar: (when: string, taken: string, refunded: string): string => `${when}: taken ${taken}, refunded ${refunded}`,
  table: {
    hour: 'By the hour',
    day: 'By the day',
    month: 'By the month',
  },
  column: {
    hour: 'Hour',
    day: 'Day',
    month: 'Month',
    payments: 'Payments',
    refunds: 'Refunds',
  },
  leftOut: {
    hour: (count: number): string =>
      count === 1 ? 'One hour with nothing in it is left out.' : `${String(count)} hours with nothing in them are left out.`,
    day: (count: number): string =>
      count === 1 ? 'One day with nothing in it is left out.' : `${String(count)} days with nothing in them are left out.`,
    month: (count: number): string =>
      count === 1 ? 'One month with nothing in it is left out.' : `${String(count)} months with nothing in them are left out.`,
  },
  all: 'Together',
};
