// English: the payment window.
import type { Doing } from '../../shared/bindings/Doing';
import type { TestCardView } from '../../shared/bindings/TestCardView';
import type { ByName, Told } from '../facts';

/** What the window waits for. */
const doing: ByName<Doing, Told> = {
  charging: { title: 'Asking the bank…', body: 'Do not key the card again.' },
  checking: { title: 'Reading the bank’s answer…', body: 'The till reads the payment itself.' },
  confirming: { title: 'The bank said yes. Finishing…', body: 'The payment is being completed.' },
  awaiting_charge: { title: 'Cancelling…', body: 'The charge is still on its way. Its answer comes first; then the till cancels.' },
  cancelling: { title: 'Cancelling…', body: 'Stripe has been asked to cancel. Its answer comes in a moment.' },
};

export const payment = {
  doing,
  silent: 'The till does not answer. Nothing is lost: wait a moment, or look at the main window.',
  cancelSale: 'Cancel sale',
  close: 'Close',
  tryAgain: 'Try again',
  toPay: 'To pay',
  cardBefore: 'The card before',
  say: (sentence: string): string => `Say: “${sentence}”`,
  card: 'Card',
  anotherCard: 'Another card',
  charge: (amount: string): string => `Charge ${amount}`,
  handingOver: 'Handing the card over…',
  field: {
    loading: 'The card field is loading…',
    /** The field is there, and the cursor is on its way into it: keys go nowhere yet. */
    notReady: 'Not ready for the card yet…',
    /** The cursor did not come by itself. Stands in the field. */
    click: 'Click here, then key the card',
    missing:
      'The card field cannot be loaded from Stripe. Check the internet connection. The till tries again by itself; nothing has been charged.',
    bankMissing: 'The bank’s page cannot be loaded from Stripe. Check the internet connection. The till tries again by itself.',
    noAnswer: 'Stripe has not answered. Nothing has been charged. Press Charge again.',
    notTaken: 'Stripe did not take this card. Check the number and try again.',
    notRead: 'The card could not be read. Nothing has been charged. Press Charge again.',
  },
  /** While a check of the till is in the window. */
  check: {
    title: 'Checking this till',
    cursor: 'The till is seeing whether the cursor comes into the card field by itself. Touch nothing for a moment.',
    bank: 'This is a check with a test card: no customer, no money. Press Complete on the bank’s page.',
    missing:
      'The bank’s page has not come up. Open it again, and press Complete there. No customer waits: this is a check with a test card.',
    /** Nothing more of the check is tried in this window then. */
    stop: 'Skip what is tried here',
    over: 'Time is up',
  },
  bankAsks: 'The bank asks the customer',
  /** What is said when the scene changes. */
  keyCard: (amount: string): string => `Key the card for ${amount}.`,
  bankAsksFor: (amount: string): string => `The bank asks the customer to confirm ${amount}.`,
  testCards: {
    title: 'Test cards',
    search: 'Search test cards',
    example: 'Search: declined, amex, 9995…',
    mostUsed: 'Most used',
    none: 'No test card fits this search.',
    group: ({ group }: TestCardView): string => group,
    does: ({ does }: TestCardView): string => does,
    notFilled: 'The test card could not be filled in. Type its number instead.',
    copied: (number: string): string => `${number} is copied. Paste it into the card field, with any later date and any CVC.`,
    typeIt: (number: string): string => `Type ${number} into the card field, with any later date and any CVC.`,
  },
};
