// English: who answers the till, the shop's key, this computer's clock.
import type { TillFact } from '../../shared/bindings/TillFact';
import { dateAndTime } from '../../shared/time';
import type { WordsFor, Writing } from '../facts';
import { allRights } from './rights';

type HealthFact = Extract<
  TillFact,
  {
    fact:
      | 'offline'
      | 'not_stripe'
      | `certificate_${string}`
      | `payment_window_${string}`
      | 'key_refused'
      | 'key_lacks_permission'
      | `clock_${string}`;
  }
>;

const BETWEEN =
  'Something between the till and Stripe answers in its place: a sign-in page of the network, a filter, or a virus scanner. Nothing was sent to it. Use another network, or ask whoever looks after this one.';

const apart = (minutes: number): string => (minutes < 120 ? `${String(minutes)} minutes` : `${String(Math.round(minutes / 60))} hours`);

/** The till's own health. */
export const health: WordsFor<HealthFact, Writing, 'fact'> = {
  offline: ({ mode }) =>
    mode === 'training'
      ? 'The training simulator does not answer. Nothing is to be done: the till goes on by itself as soon as it does.'
      : 'Stripe cannot be reached. Check the internet connection; the till goes on by itself as soon as it is back.',
  not_stripe: ({ mode }) =>
    mode === 'training'
      ? 'Something else than the training simulator answers. Close the till and open it again.'
      : 'Something answers that is not Stripe: perhaps a sign-in page of the network. Open a web page on this computer and sign in to the network, or use another one. The till goes on by itself.',
  certificate_expired: ({ till_ms }, { locale }) =>
    `No safe connection to Stripe: its certificate looks expired. This computer’s clock may be wrong: it shows ${dateAndTime(till_ms, locale)}. Set the clock; the till goes on by itself. If the clock is right, something between the till and Stripe answers in its place: use another network. Nothing was sent.`,
  certificate_not_yet_valid: ({ till_ms }, { locale }) =>
    `No safe connection to Stripe: its certificate looks as if it were not valid yet. This computer’s clock may be wrong: it shows ${dateAndTime(till_ms, locale)}. Set the clock; the till goes on by itself. If the clock is right, something between the till and Stripe answers in its place: use another network. Nothing was sent.`,
  certificate_of_unknown_issuer: () => BETWEEN,
  certificate_of_another_name: () => BETWEEN,
  certificate_not_accepted: () =>
    'No safe connection to Stripe: this computer does not accept the certificate that is shown. Nothing was sent. Use another network, or ask whoever looks after this one.',
  key_refused: () =>
    'Stripe does not accept the shop’s key any more. No payment can be taken or looked up until the owner enters a new key in Settings.',
  key_lacks_permission: () => `The shop’s restricted key lacks a permission. In the Stripe Dashboard it needs ${allRights}.`,
  payment_window_keeps_ending: () =>
    'The card window has closed by itself several times in a row. Nothing is lost. Open it again for the sale; if it does not stay, restart the computer.',
  payment_window_not_cleared: () =>
    'What the last customer’s bank left in the card window cannot be removed yet, so no card can be keyed. The till tries again by itself. If it does not succeed, close the till and open it again.',
  clock_ahead: ({ minutes }) =>
    `This computer’s clock is ${apart(minutes)} ahead of Stripe’s. Payments are not affected, but the times on receipts and in the history are wrong. Set the clock.`,
  clock_behind: ({ minutes }) =>
    `This computer’s clock is ${apart(minutes)} behind Stripe’s. Payments are not affected, but the times on receipts and in the history are wrong, and a clock that is far behind keeps the till from reaching Stripe. Set the clock.`,
};
