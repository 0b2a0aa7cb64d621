// English: the main window around its screens, and the names of keys.

export const keyNames = {
  enter: 'Enter',
  escape: 'Esc',
  testCards: 'F2',
  alt: (key: string): string => `Alt ${key}`,
};

export const screens = {
  sale: 'Sale',
  history: 'History',
  settings: 'Settings',
  /** What the list of screens is, for who hears it. */
  all: 'Screens',
  unfinished: (count: number): string => `${String(count)} unfinished`,
  notStarted: 'The till did not start',
  tryAgain: 'Try again',
  trying: 'Trying…',
  /** The core did not say anything that could be understood. */
  noAnswer: 'The till did not answer. Try again; if it stays silent, close the till and open it again.',
};

export const notices = {
  unasked: (number: number, amount: string): string =>
    `Sale ${String(number)}: the customer was charged ${amount} although the sale was given up.`,
  decide: 'Decide now',
  differences: (count: number): string =>
    `The till’s books and Stripe do not agree: ${count === 1 ? 'one difference' : `${String(count)} differences`} to look at.`,
  look: (count: number): string => (count === 1 ? 'Look at it' : 'Look at them'),
  notNow: 'Not now',
};
