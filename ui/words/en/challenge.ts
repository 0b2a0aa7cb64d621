// English: the bank's page.
import type { BankPage } from '../../shared/bindings/BankPage';

/** What the main window says while the bank is asking. */
const bankPage: Record<BankPage, string> = {
  not_heard: 'The customer confirms with their bank in the card window. Nothing is charged until they do.',
  shown: 'The customer confirms with their bank in the card window. Nothing is charged until they do.',
  missing:
    'The bank’s page has not come up in the card window. Open it again: the till first reads what became of it. Nothing is charged until the customer confirms.',
};

export const challenge = {
  bankPage,
  /** Where the customer confirms. */
  opens: 'The bank’s page opens here. The customer confirms with the bank, by code or in the bank’s app. Nothing is charged until then.',
  closed: 'The bank’s page has closed. The till is reading what the bank decided.',
  missing:
    'The bank’s page has not come up. Open it again: the till first reads what became of it. Nothing is charged until the customer confirms.',
  again: 'Open the bank’s page again',
  reopening: 'The bank’s page is being opened again…',
  /** The small offer while the bank's page is there. */
  againSmall: 'Open it again…',
  mayBecomeVoid: 'A code that the bank has sent may stop working. Open its page again?',
  yesAgain: 'Yes, open it again',
  no: 'No',
  timeLeft: 'Time left for the bank’s answer',
  left: 'left for the bank’s answer',
  over: 'The hour is over',
};
