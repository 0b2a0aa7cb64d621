// English: saving the list of sales as a file, and what stands in it.
import type { ListColumns } from '../../shared/bindings/ListColumns';
import type { ListFault } from '../../shared/bindings/ListFault';
import type { ListStates } from '../../shared/bindings/ListStates';
import { own, type WordsFor } from '../facts';

const sales = (count: string, one: boolean): string => (one ? '1 sale' : `${count} sales`);

/** The headings of the file. */
const columns: ListColumns = {
  number: 'Number',
  opened: 'Opened',
  paid: 'Paid at',
  state: 'State',
  currency: 'Currency',
  total: 'Amount',
  taken: 'Taken',
  refunded: 'Refunded',
  net: 'Net',
  card: 'Card',
  last4: 'Last four digits',
  reference: 'Reference',
  note: 'Note',
  payment_intent: 'Payment at Stripe',
  decline_code: 'Decline code',
};

const states: ListStates = {
  paid: 'paid',
  partly_refunded: 'refunded in part',
  refunded: 'refunded',
  held: 'held',
  open: 'open',
  in_hand: 'in hand',
  not_known: 'not known',
  declined: 'declined',
  cancelled: 'cancelled',
  set_aside: 'set aside',
  unreadable: 'not readable by this version',
};

export const listFault: WordsFor<ListFault, void, 'why'> = {
  no_folder: () => 'The folder is not there. Make it, and save the list again.',
  not_allowed: () => 'This user may not write there. Have whoever looks after the computer allow it.',
  disk_full: () => 'The disk is full. Make room on it, and save the list again.',
  no_name: () => 'There are too many lists of this day already. Move some of them elsewhere.',
  under_way: () => 'Another list is being saved. Wait until it is done.',
  system: ({ said }) => `The system says: ${own(said)}`,
};

export const listing = {
  save: 'Save as a file',
  /** What is asked before it is saved. */
  title: 'Save this list as a file',
  all: 'All sales that fit the search are in it, not only those that are shown.',
  spreadsheet: 'For your spreadsheet',
  spreadsheetHint: 'headings in English, amounts as the shop writes them',
  plain: 'For other programs',
  plainHint: 'plain CSV, alike everywhere',
  cancel: 'Not now',
  /** `one`: it is a single sale. */
  saving: (count: string, one: boolean): string => `Saving: ${sales(count, one)} so far`,
  stop: 'Stop',
  stopping: 'Stopping…',
  saved: (count: string, one: boolean): string => `${sales(count, one)} saved in this file:`,
  unreadable: (count: string, one: boolean): string =>
    `${sales(count, one)} of them ${one ? 'stands' : 'stand'} there with the number alone: a newer version of Countersign wrote ${one ? 'it' : 'them'}.`,
  stopped: 'Stopped. Nothing was saved.',
  close: 'Close',
  columns,
  states,
};
