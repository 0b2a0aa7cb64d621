// English: typing the amount of a sale, and the sales that wait beside it.

export const sale = {
  amount: 'Amount to charge',
  typeIt: 'Type the amount and press Enter.',
  cannotSell: 'No sale can be taken now. The line at the top says why.',
  takeCard: 'Take a card',
  takeCardFor: (amount: string): string => `Take a card for ${amount}`,
  same: {
    title: 'Is this the same customer?',
    wait: 'Wait for it',
    goOn: 'Go on with that sale',
    another: 'This is another purchase',
    back: 'Back to the amount',
  },
  waiting: {
    /** What the list is, for who hears it. */
    list: 'Sales to attend to',
    title: 'To attend to',
    sale: (number: number, stands: string): string => `No. ${String(number)}: ${stands}`,
    more: (count: number): string => `and ${String(count)} more`,
  },
};
