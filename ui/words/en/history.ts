// English: the list of sales, and one of them.

export const history = {
  list: 'Sales',
  searchBy:
    'Search by amount, last four digits, sale number, reference, state, day or size, as in “declined last week” or “over 100”. A word in quotes is looked for as it is: "held"',
  search: 'Amount, card, reference, “over 100”',
  reconcile: 'Reconcile with Stripe',
  totals: 'Totals',
  none: 'No sales yet. The first one will stand here.',
  noneFits: 'No sale fits this search.',
  /** While the books are made again. */
  noneFitsYet: 'Not among the sales listed so far.',
  number: (number: number): string => `No. ${String(number)}`,
  sale: 'Sale',
  attend: 'Attend to this sale',
  /** Of the sale that the arrow keys have come to. */
  told: (amount: string, number: number, state: string): string => `${amount}, no. ${String(number)}, ${state}`,
};
