// English: giving money back.

export const refund = {
  title: 'Give money back',
  howMuch: 'How much',
  left: 'Left of this payment:',
  /** What will happen. The amount stands between marks: it is drawn in another way. */
  sentence: (amount: string, of: string, card: string): string => `Give back |${amount}| of ${of} to ${card}. This cannot be taken back.`,
  cardThatPaid: 'the card that paid',
  typeIt: 'Type how much to give back.',
  refund: 'Refund',
  refundAmount: (amount: string): string => `Refund ${amount}`,
  leave: 'Do not refund',
};
