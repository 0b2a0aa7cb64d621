// The catalogue: what the windows say, in English, and the shape of every other language: a text that is missing there, or one
// too many, does not compile. Sentences with parameters are functions; what comes from the core as a fact has its sentence here.
import { afterwards } from './en/afterwards';
import { amounts } from './en/amounts';
import { books, oddity } from './en/books';
import { challenge } from './en/challenge';
import { cancelling, notKnown } from './en/doubt';
import { decline } from './en/declines';
import { journals } from './en/journals';
import { noAnswer } from './en/refusals';
import { order } from './en/order';

export const en = {
  afterwards,
  amounts,
  challenge,
  decline,
  notKnown,
  cancelling,
  ...journals,
  order,
  books,
  oddity,
  noAnswer,
  card_field: {
    /** The field is there, and the cursor is on its way into it: keys go nowhere yet. */
    not_ready: 'Not ready for the card yet…',
    /** The cursor did not come by itself. Stands in the field. */
    click: 'Click here, then key the card',
  },
} as const;

export type Words = typeof en;
