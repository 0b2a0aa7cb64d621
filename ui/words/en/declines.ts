// English: why a card did not pay, for staff and for the customer. What is said to the customer never reveals a lost, stolen or
// suspected card: the core tells it from no other.
import type { AfterDecline } from '../../shared/bindings/AfterDecline';
import type { AttemptOutcome } from '../../shared/bindings/AttemptOutcome';
import type { DeclineReason } from '../../shared/bindings/DeclineReason';
import type { Keyed } from '../../shared/bindings/Keyed';
import type { NotTaken } from '../../shared/bindings/NotTaken';
import type { WhyDeclined } from '../../shared/bindings/WhyDeclined';
import { say, type ByName, type WordsFor } from '../facts';

type Reason = DeclineReason | null;

const reason: ByName<DeclineReason, string> = {
  not_approved: 'the bank could not approve it',
  authentication_needed: 'authentication needed',
  purchase_not_allowed: 'card does not allow this purchase',
  over_limit: 'card is over its limit',
  other_currency: 'card does not take this currency',
  same_amount_moments_ago: 'same amount on this card moments ago',
  expired: 'card has expired',
  address_differs: 'address does not match',
  wrong_security_code: 'security code is wrong',
  wrong_number: 'card number is wrong',
  wrong_pin: 'PIN is wrong',
  postcode_differs: 'postcode does not match',
  insufficient_funds: 'insufficient funds',
  account_not_valid: 'the account is not valid',
  amount_not_allowed: 'the bank does not allow this amount',
  wrong_expiry_month: 'expiry month is wrong',
  wrong_expiry_year: 'expiry year is wrong',
  bank_not_reached: 'the bank could not be reached',
  authentication_on_phone: 'authentication needed on the customer’s phone',
  details_out_of_date: 'card details are out of date',
  payment_not_permitted: 'the bank does not permit this payment',
  needs_pin: 'card needs its PIN',
  too_many_pin_tries: 'too many PIN tries',
  processing_error: 'processing error',
  not_processed: 'the bank could not process it',
  payments_to_shop_stopped: 'customer has stopped payments to this shop',
  payment_stopped: 'customer has stopped this payment',
  test_card: 'this is a test card',
  try_later: 'the bank asks to try later',
  real_card_in_test_mode: 'real cards cannot be used in test mode',
  declined_too_often: 'card was declined too often today',
};

const keyed: ByName<Keyed, string> = {
  address: 'the billing address',
  security_code: 'the security code (CVC)',
  number: 'the card number',
  postcode: 'the billing postcode',
  expiry: 'the expiry date',
};

const staffNext: WordsFor<AfterDecline> = {
  other_card: () => 'Nothing was charged. Ask for another card.',
  ask_bank: () => 'Nothing was charged. The bank gives no reason that can be passed on. Ask for another card.',
  key_again: ({ what }) => `Nothing was charged. Check ${keyed[what]} with the customer and key the card again.`,
  wait_and_try: () => 'Nothing was charged. Wait a moment and key the card again; if it fails once more, ask for another card.',
  check_earlier: () => 'Nothing was charged by this attempt. Look in History for an earlier payment of this amount before trying again.',
};

function bankDeclined(why: Reason): string {
  if (why === 'insufficient_funds') return 'Your bank declined the card for lack of funds.';
  return why === 'expired' ? 'The card has expired.' : 'Your bank declined the card.';
}

const customerNext: WordsFor<AfterDecline, Reason> = {
  other_card: (_next, why) => `${bankDeclined(why)} Do you have another card?`,
  ask_bank: (_next, why) => `${bankDeclined(why)} Your bank can tell you why. Do you have another card?`,
  key_again: ({ what }) => `Your card was not accepted. May we check ${keyed[what]} together?`,
  wait_and_try: () => 'Your bank could not process it just now. We will try once more.',
  check_earlier: () => 'Your bank says that this amount was charged moments ago. Let me check our records first.',
};

const notTaken: WordsFor<NotTaken> = {
  not_connected: () =>
    'There is no connection to Stripe, so the card was not tried and nothing was charged. Check the network and key the card again.',
  key_not_accepted: () => 'Stripe does not accept the shop’s key. Nothing was charged. The owner can enter a new key in Settings.',
  key_lacks_permission: () =>
    'The shop’s key lacks a permission for taking payments. Nothing was charged. The owner can give the restricted key write access to PaymentIntents.',
  busy: () => 'Stripe is busy and did not try the card. Nothing was charged. Wait a moment and key the card again.',
  amount_too_small: () => 'Stripe does not charge so small an amount. Nothing was charged. Cancel this sale and check the amount.',
  amount_too_large: () => 'Stripe does not charge so large an amount. Nothing was charged. Cancel this sale and check the amount.',
  refused: ({ status, code }) =>
    `Stripe did not accept the request (HTTP ${String(status)}, ${code ?? 'no code'}). Nothing was charged. Key the card again; if it happens twice, cancel and tell the owner.`,
};

const title: WordsFor<WhyDeclined> = {
  refused: (why) => (why.reason === null ? 'Declined' : `Declined: ${reason[why.reason]}`),
  authentication_failed: () => 'Authentication failed',
  hour_passed: () => 'Time ran out',
  never_arrived: () => 'Not charged',
  not_taken: () => 'Not charged',
};

const staff: WordsFor<WhyDeclined> = {
  refused: ({ next }) => say(staffNext, next, undefined),
  authentication_failed: () =>
    'The bank did not accept the authentication, or it was cancelled. Nothing was charged. Try the card again, or take another card.',
  hour_passed: () =>
    'The payment was not confirmed within one hour, so the bank’s approval does not count any more. Nothing was charged. Key the card again, or cancel.',
  never_arrived: () =>
    'The connection failed and Stripe has no trace of this card being tried. Nothing was charged. Key the card again, or cancel.',
  not_taken: ({ why }) => say(notTaken, why, undefined),
};

const customer: WordsFor<WhyDeclined> = {
  refused: ({ reason: why, next }) => say(customerNext, next, why),
  authentication_failed: () => 'Your bank could not confirm that it is you, so the payment did not go through.',
  hour_passed: () => 'The time for your bank’s confirmation ran out. We have to enter the card again.',
  never_arrived: () => 'The connection failed before your card was charged. We have to enter it again.',
  not_taken: () => 'The payment could not be started. Your card was not charged.',
};

const attempt: WordsFor<AttemptOutcome> = {
  in_progress: () => 'In progress',
  approved: () => 'Approved',
  held: () => 'Held',
  declined: ({ why }) => say(title, why, undefined),
  not_tried: () => 'Not tried',
  cancelled: () => 'Cancelled',
};

export const decline = {
  /** A few words for the top of the screen. */
  title: (why: WhyDeclined): string => say(title, why, undefined),
  /** What staff should know and do next. */
  staff: (why: WhyDeclined): string => say(staff, why, undefined),
  /** What staff can say to the customer. */
  customer: (why: WhyDeclined): string => say(customer, why, undefined),
  /** How one card ended, in a list. */
  attempt: (outcome: AttemptOutcome): string => say(attempt, outcome, undefined),
};
