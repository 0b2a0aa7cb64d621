// English: the list of sales, and one of them.

export const history = {
  list: 'Recent sales',
  searchBy: 'Search by amount, last four digits, sale number or reference',
  search: 'Amount, card or reference',
  /** What may be typed before a sale's number. */
  numberSign: 'no',
  reconcile: 'Reconcile with Stripe',
  none: 'No sales yet. The first one will stand here.',
  noneFits: 'No sale fits this search.',
  number: (number: number): string => `No. ${String(number)}`,
  sale: 'Sale',
  attend: 'Attend to this sale',
};
