// English: the proof of payment on the screen, and what happened to the payment afterwards.

export const receipt = {
  title: 'Receipt',
  hold: 'Hold',
  number: (number: number): string => `No. ${String(number)}`,
  card: 'Card',
  authorisation: 'Authorisation',
  customer: 'Customer',
  authenticated: 'Authenticated by the bank',
};

export const refunds = {
  list: 'Refunds',
  title: 'Given back',
  elsewhere: 'made elsewhere',
  left: 'Left of this payment',
};

export const disputes = {
  one: 'Dispute',
  title: 'Disputed:',
  answerBy: (when: string): string => `Answer by ${when}.`,
};

/** A payment's id, to look for in the Stripe Dashboard. */
export const dashboardId = {
  title: 'In the Stripe Dashboard:',
  copy: 'Copy',
  copied: 'Copied',
  selected: 'Selected: press Ctrl C.',
};
