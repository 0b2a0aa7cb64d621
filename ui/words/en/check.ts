// English: "Check this till", line by line, each with what to do.
import type { CheckDetail } from '../../shared/bindings/CheckDetail';
import type { CheckFault } from '../../shared/bindings/CheckFault';
import type { CheckItem } from '../../shared/bindings/CheckItem';
import type { CheckStands } from '../../shared/bindings/CheckStands';
import type { WhyNotShown } from '../../shared/bindings/WhyNotShown';
import { dateAndTime } from '../../shared/time';
import { own, say, type AboutLine, type ByName, type CheckWords, type WordsFor } from '../facts';
import { refusals } from './refusals';
import { right } from './rights';

const item: ByName<CheckItem, string> = {
  keyring: 'Keyring',
  disk: 'Disk',
  room: 'Room on the disk',
  journal_copy: 'Copy of the sales',
  card_field: 'Card window',
  network: 'Connection to Stripe',
  clock: 'Clock',
  leftovers: 'Earlier checks',
  secret_key: 'Secret key',
  account_name: 'Account',
  read_payment_intents: 'Right to read payments',
  write_payment_intents: 'Right to make payments',
  read_charges: 'Right to read charges and refunds',
  write_charges: 'Right to refund',
  read_disputes: 'Right to read disputes',
  sale_request: 'Request of a sale',
  key_mode: 'Test or live',
  publishable_key: 'Publishable key',
  cancel: 'Cancelling',
  approved_card: 'Test card that is approved',
  refund: 'Refund',
  declined_card: 'Test card that is declined',
  card_cursor: 'Cursor in the card field',
  challenge: 'Test card whose bank asks',
};

const shown: ByName<CheckItem, string> = {
  keyring: 'It keeps an entry and gives it back.',
  disk: 'A file was written and is safely on the disk.',
  room: 'There is room for thousands of sales.',
  journal_copy: 'A copy was made lately.',
  card_field: 'Stripe.js came up on its https page, and the card field is ready.',
  network: 'Stripe answers.',
  clock: 'It agrees with Stripe’s.',
  leftovers: 'What an earlier check left at Stripe was taken away.',
  secret_key: 'Stripe accepts it.',
  account_name: 'The key belongs to an account.',
  read_payment_intents: 'Stripe allows it.',
  write_payment_intents: 'Stripe allows it.',
  read_charges: 'Stripe allows it.',
  write_charges: 'Stripe allows it.',
  read_disputes: 'Stripe allows it.',
  sale_request: 'Stripe takes it.',
  key_mode: 'The keys are of this mode.',
  publishable_key: 'It belongs to the same account as the secret key.',
  cancel: 'The payment that was made for this check is cancelled. No card was tried with it.',
  approved_card: 'Approved, as it should be.',
  refund: 'The test payment was given back.',
  declined_card: 'Declined, as it should be.',
  card_cursor: 'It came into the field by itself, without a mouse.',
  challenge: 'The bank’s page came up, its answer was taken, and the test payment was given back.',
};

const detail: WordsFor<CheckDetail, AboutLine, 'detail'> = {
  account: ({ name }) => `It is called ${own(name)}.`,
  mode: ({ live }) => (live ? 'The keys are live: payments are real money.' : 'The keys are test keys: no money moves.'),
  proxy: ({ address }) => `Stripe answers, through the proxy ${own(address)}.`,
  copied_at: ({ at_ms }, { locale }) => `The newest copy is of ${dateAndTime(at_ms, locale)}.`,
  not_tried: ({ parameters }) => `Stripe takes it. Only a payment with a card would try these parts too: ${parameters.join(', ')}.`,
};

const called = (code: string | null, param: string | null, status: number): string =>
  [param === null ? null : `parameter ${param}`, code, `HTTP ${String(status)}`].filter((part) => part !== null).join(', ');

const apart = (minutes: number): string => (minutes < 120 ? `${String(minutes)} minutes` : `${String(Math.round(minutes / 60))} hours`);

const fault: WordsFor<CheckFault, AboutLine, 'fault'> = {
  keyring_locked: () => 'The keyring is locked. Unlock it when the system asks for its password, then check again.',
  keyring_missing: () =>
    'There is no keyring in which a key could be kept. Log in to a desktop session with one (GNOME Keyring or KWallet), then check again.',
  keyring_differs: () =>
    'The keyring does not give back what it was given, so no key is safe in it. Use another keyring service, then check again.',
  disk_full: () => 'The disk has too little room. Free some space: while it is full, no payment can be taken.',
  disk_not_written: ({ said }) =>
    `The till’s folder cannot be written. Check that its disk is connected and that the folder belongs to you. (The system says: ${own(said)})`,
  no_copy_folder: () =>
    'No folder is chosen for copies. Choose one in Settings, best on another disk: without a copy, a broken disk takes the till’s books along.',
  not_copied: () => 'There is no good copy. Make one in Settings: it says there what is in the way.',
  copy_old: ({ at_ms }, { locale }) =>
    `The newest copy is of ${dateAndTime(at_ms, locale)}. Make one in Settings, and see that the till stays open for a while each day.`,
  no_card_field: () =>
    'The card field did not come up, so no card could be keyed. Check the internet connection. A filter, a firewall or a proxy may hold back js.stripe.com: have it let through, then check again.',
  page_not_secure: () =>
    'The card window is not on a secure address, and Stripe takes no card there. Close the till and open it again; if it stays so, install Countersign again.',
  offline: () => 'Stripe does not answer. Check the internet connection, then check again.',
  not_stripe: () =>
    'Something else answers in Stripe’s place: perhaps a sign-in page of the network. Sign in, or use another network, then check again.',
  certificate: ({ perhaps_clock }) =>
    perhaps_clock
      ? 'No safe connection: by this computer’s clock, the certificate that is shown is not valid. Set the clock. If it is right, use another network.'
      : 'No safe connection: the certificate that is shown is not Stripe’s. Use another network, or ask whoever looks after this one.',
  unreadable: () =>
    'Stripe’s answer could not be read. Check again in a moment; if it stays so, this version of Countersign is too old for Stripe.',
  clock_ahead: ({ minutes }) => `It is ${apart(minutes)} ahead of Stripe’s. Set it: receipts carry its time.`,
  clock_behind: ({ minutes }) => `It is ${apart(minutes)} behind Stripe’s. Set it: receipts carry its time.`,
  key_not_accepted: () => 'Stripe does not accept the secret key. Enter a new one in Settings.',
  lacks_right: ({ right: which }) =>
    `The key lacks this right. In the Stripe Dashboard, under Developers, API keys, give it ${right(which)}, then check again.`,
  other_mode: ({ live }) =>
    live
      ? 'The keys take real money, although this is not live mode. Take no payment. Enter the keys again in Settings.'
      : 'The keys are test keys, although this is live mode: no payment would be real. Enter the live keys in Settings.',
  other_account: () =>
    'It belongs to another account than the secret key, so no card could be charged. Enter both keys again in Settings, copied from the same account.',
  publishable_not_accepted: () =>
    'Stripe does not accept the publishable key. Copy it again from the Stripe Dashboard, and enter both keys in Settings.',
  refused: ({ status, code, param }) =>
    `Stripe refused it (${called(code, param, status)}). Look for a newer version of Countersign, and send this report along if you ask for help.`,
  cursor_needs_click: () =>
    'The cursor does not come into the card field by itself. Cards can be taken all the same: click into the field before a card is keyed.',
  not_authenticated: () =>
    'The bank’s page did not say yes, so nothing was paid. Check again and press Complete on the bank’s page. If you did, send this report along when you ask for help.',
  other_outcome: ({ status }) => `It ended as “${own(status)}” instead. Send this report along if you ask for help.`,
  taken_elsewhere: () =>
    'Somebody took real money with a payment that a check had made here. It counts among the payments of others. Look for it in the Stripe Dashboard, and decide there whether it goes back.',
  still_open: () =>
    'Something of it may still be open at Stripe. The till goes on by itself until it is taken away. Nobody is charged by it.',
  not_on_record: ({ refusal }) => `Nothing was sent, because it would not be on record. ${refusals.refused(refusal)}`,
};

const notShown: ByName<WhyNotShown, string> = {
  only_by_acting: `Only a refund would show it, and this check refunds nothing in live mode. Look at the key in the Stripe Dashboard: it needs ${right('charges_and_refunds')}.`,
  key_may_not_read: 'The key may not read the account’s name. It need not.',
  not_told: 'Stripe does not say.',
  not_reached: 'Not tried: the connection to Stripe has to be put right first.',
  line_before: 'Not tried: another line has to be put right first.',
  no_stripe_time: 'Stripe’s answers gave no time to compare with.',
  no_window: 'The card window could not be shown, or did not answer. Check again; while a sale is in it, it cannot be tried.',
  window_not_in_front: 'The card window did not come to the front. Let it, and check again.',
  touched: 'A key or a button was pressed meanwhile, so it cannot be told. Check again and touch nothing while the card window says so.',
  window_closed: 'You closed the card window. Check again to try it.',
  not_answered: 'Nobody answered the bank’s page in ten minutes. Check again and press Complete there.',
  none_so_far: 'Stripe has nothing of one earlier check. The till looks again for a day, and there is nothing to do.',
  not_money: 'No folder for copies is chosen. In this mode no money moves, so none is needed.',
};

const stands: ByName<CheckStands, string> = {
  running: 'Checking…',
  done: 'Checked',
  stopped: 'Stopped before the end',
};

const things = (count: number): string => (count === 1 ? 'One thing' : `${String(count)} things`);

export const check: CheckWords = {
  means:
    'It tries this computer, the keys, and the request of a sale, which it makes and cancels. In training and test mode it also pays with test cards and gives the money back; for one of them the bank asks, and you press Complete in the card window. No customer is charged, and nothing of it counts in the books. Starting a sale ends it.',
  start: 'Check now',
  again: 'Check again',
  stop: 'Stop',
  open: 'Check this till',
  copy: 'Copy the report',
  copied: 'Copied',
  select: 'Selected: press Ctrl C.',
  report: 'Report',
  first: 'No live payment has been taken here yet. Check this till first: it takes a minute.',
  notNow: 'Not now',
  groups: { machine: 'This computer', account: 'The account and its keys', flow: 'A sale without a card', cards: 'Test cards' },
  signs: { shown: 'Well', failed: 'Trouble', not_shown: 'Not shown' },
  item,
  stands,
  line: (line, locale) => {
    const about = { item: line.item, locale };
    const { result } = line;
    if (result.found === 'shown') return result.detail === null ? shown[line.item] : say(detail, result.detail, about, 'detail');
    if (result.found === 'failed') return say(fault, result.fault, about, 'fault');
    return notShown[result.why];
  },
  verdict: (failed, notShownLines) => {
    if (failed > 0) return `${things(failed)} to put right`;
    return notShownLines > 0 ? 'Nothing is in the way' : 'All is well';
  },
  head: ({ started_ms, live, api_version }, mode, locale) =>
    `Countersign, check of ${dateAndTime(started_ms, locale)}, ${mode}${live ? ' (real money)' : ''}, Stripe API ${api_version}`,
};
