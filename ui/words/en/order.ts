// English: what stands beside the amount of a sale, for the shop: its reference and its note.
import type { OrderRefused } from '../../shared/bindings/OrderRefused';
import type { OrderText } from '../../shared/bindings/OrderText';
import type { TextRefused } from '../../shared/bindings/TextRefused';
import { say, type ByName, type WordsFor } from '../facts';

const name: ByName<OrderText, string> = { reference: 'reference', note: 'note' };

const refused: WordsFor<TextRefused, OrderText, 'why'> = {
  blank: (_, text) => `The ${name[text]} has only blanks in it. Type something, or leave it empty.`,
  too_long: ({ most, has }, text) => `The ${name[text]} has ${String(has)} characters. No more than ${String(most)} can be kept.`,
  more_than_one_line: (_, text) => `The ${name[text]} has more than one line. Write it on one.`,
  invisible: (_, text) => `The ${name[text]} holds a character that cannot be seen. Type it instead of pasting it.`,
  card_number: (_, text) =>
    `The ${name[text]} seems to hold a card number. Take it out: card numbers are typed in the card window only, and are kept nowhere.`,
};

export const order = {
  /** On the button beside the amount. */
  add: 'Reference or note',
  reference: 'Reference',
  referenceMeans: 'On the receipt, and at Stripe. Nothing about the customer.',
  note: 'Note',
  noteMeans: 'For the shop alone. It stays in this till.',
  /** The step back, on a button: Enter does it too. */
  back: 'Done',
  /** Why no sale was opened with them. */
  refused: (told: OrderRefused): string => say(refused, told.refused, told.text, 'why'),
};
