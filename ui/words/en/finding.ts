// English: what is typed or pressed to find sales among all.

export const finding = {
  /** Each a filter's name on its key, and what is typed for it. */
  facets: {
    paid: 'paid',
    held: 'held',
    declined: 'declined',
    cancelled: 'cancelled',
    refunded: 'refunded',
    disputed: 'disputed',
    in_hand: 'in hand',
    not_known: 'not known',
    set_aside: 'set aside',
    pressing: 'needs attention',
  },
  days: {
    today: 'today',
    yesterday: 'yesterday',
    this_week: 'this week',
    last_week: 'last week',
    this_month: 'this month',
    last_month: 'last month',
  },
  /** What else is typed for a filter; several are parted by commas. */
  spelledToo: { cancelled: 'canceled' },
  /** What is typed before an amount or a number; several are parted by commas. */
  over: 'over, above, more than, >',
  under: 'under, below, less than, <',
  number: 'no, no., number',
  filters: 'Filters',
  /** How many fit. */
  count: (count: number): string => (count > 100 ? 'More than 100 sales' : count === 1 ? '1 sale' : `${String(count)} sales`),
  oldestFirst: 'Oldest first',
  pressingFirst: 'Needs attention',
  others: 'Other sales',
  reading: 'Looking…',
  /** While the books are made again. */
  progress: (filed: string, of: string): string => `The list is being put together: ${filed} of ${of} sales. Selling goes on.`,
  afterDamage: (filed: string, of: string): string =>
    `The list was damaged and is being made again: ${filed} of ${of} sales. No sale is lost, and selling goes on.`,
  unreadable: (numbers: string): string =>
    `Not shown: sale ${numbers}. A newer version of Countersign wrote it. Install that version again; nothing is lost.`,
};
