// English: the list of sales, and one of them.

export const history = {
  list: 'Sales',
  searchBy: 'Search by amount, last four digits, sale number, reference, state, day or size, as in “declined last week” or “over 100”',
  search: 'Amount, card, reference, “over 100”',
  reconcile: 'Reconcile with Stripe',
  totals: 'Totals',
  none: 'No sales yet. The first one will stand here.',
  noneFits: 'No sale fits this search.',
  number: (number: number): string => `No. ${String(number)}`,
  sale: 'Sale',
  attend: 'Attend to this sale',
};
