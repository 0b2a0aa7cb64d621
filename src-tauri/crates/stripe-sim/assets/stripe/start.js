// A stand-in for Stripe.js, for training and tests. The simulator serves the files of this folder as one script, in one
// function: start, frames, elements, challenge, stripe.
//
// What it is for: a payment page calls the same names as in Stripe.js (`Stripe`, `elements`, the card Elements single and
// split, `createPaymentMethod`, `createToken`, `confirmCardPayment`, `handleCardAction`, `handleNextAction`, ...) and gets
// the same shapes back, with no account and no network. Everything that touches a card or the API happens in frames on the
// simulator's own origin; this script runs in the page and does no fetch, writes no style text and never sees a card digit.
//
// Deliberately not here: every other payment method and Element, wallets, Link, and languages other than English. Their
// names exist and say so.

if (window.Stripe) {
  console.warn('Stripe.js is already on this page. The second script is ignored.');
  return;
}

const scriptUrl = document.currentScript?.src ?? '';
// Cut from the address by hand: for a custom scheme `new URL(...).origin` is the word "null" in some engines.
const base = scriptUrl.replace(/\/[^/]+\/(stripe\.js)?([?#].*)?$/, '');
if (!scriptUrl || base === scriptUrl) {
  throw new Error('stripe.js must be loaded by a script element from the simulator.');
}

/** The first API version of each release train. Which of its train's versions Stripe's own script asks for is a guess. */
const VERSIONS = {
  acacia: '2024-09-30.acacia', basil: '2025-03-31.basil', clover: '2025-09-30.clover', dahlia: '2026-03-25.dahlia',
  endive: '2026-09-30.endive',
};
/** The train whose script this is, by its address, as in `/dahlia/stripe.js`. The older `/v3/` belongs to none. */
const train = Object.keys(VERSIONS).find((name) => scriptUrl.startsWith(`${base}/${name}/`));

const isWebOrigin = /^https?:/.test(base);
/** What `event.origin` may be in a message from our frames. A custom scheme is serialised in full or as "null". */
const frameOrigins = isWebOrigin ? [new URL(base).origin] : [base, 'null'];
const frameTarget = isWebOrigin ? frameOrigins[0] : '*';

/** How long a frame may take to say hello before it counts as unreachable. */
const FRAME_TIMEOUT_MS = 20_000;
/** How often an open challenge looks whether it was decided elsewhere. */
const POLL_MS = 1_000;
/** How often, and how many times, the PaymentIntent is read again after the bank has answered. */
const SETTLE_MS = 400;
const SETTLE_READS = 10;
/** How many times the end of a challenge is reported while nobody answers. */
const CLOSING_CALLS = 5;

const CLIENT_SECRET = /^((seti|pi)_[^_]+)_secret_[^-]+$/;

const MESSAGES = {
  api_connection_error:
    'We are experiencing issues connecting to our payments provider. You have not been charged. ' +
    'Please check your internet connection and try again.',
  payment_intent_authentication_failure:
    'We are unable to authenticate your payment method. Please choose a different payment method and try again.',
  payment_intent_unexpected_state: 'A processing error occurred.',
  setup_intent_authentication_failure:
    'We are unable to authenticate your payment method. Please choose a different payment method and try again.',
  setup_intent_unexpected_state: 'A processing error occurred.',
  redirect_error: 'This payment asks to leave the page, and the page may not be left.',
};

const connectionError = () => ({ type: 'api_connection_error', message: MESSAGES.api_connection_error });

/** A mistake in the calling code, as opposed to an `{error}` that a customer or a bank caused. */
class IntegrationError extends Error {
  constructor(message) {
    super(message);
    this.name = 'IntegrationError';
  }
}

function warnUnknownKeys(call, given, known) {
  for (const key of Object.keys(given)) {
    if (!known.includes(key)) {
      console.warn(`Unrecognized ${call} parameter: ${key} is not a recognized parameter.`);
    }
  }
}

function optionsObject(call, value) {
  if (value === undefined) return {};
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new IntegrationError(`Invalid value for ${call}: options should be an object.`);
  }
  return value;
}

