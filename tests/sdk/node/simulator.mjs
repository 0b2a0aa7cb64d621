// The simulator as the suite uses it: one process behind its checking door, a new account for each test.
//
// The SDK is used as it is published. Only the address that it talks to is another.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import Stripe from 'stripe';

const program = process.env.STRIPE_SIM_BIN;
if (!program) throw new Error('STRIPE_SIM_BIN must name the simulator, or the checking door before it.');
const child = spawn(program, ['--port', '0', '--control', '--quiet'], { stdio: ['ignore', 'pipe', 'inherit'] });
const url = await new Promise((resolve, reject) => {
  createInterface({ input: child.stdout }).once('line', resolve);
  child.once('error', reject);
  child.once('exit', (code) => reject(new Error(`${program} ended with code ${code} and named no address.`)));
});
const { hostname, port } = new URL(url);

/** Where the SDK talks to. */
export const address = { hostname, port };

async function json(path, body) {
  const answer = await fetch(url + path, body && { method: 'POST', body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

/** The control routes, and what the checking door has seen. */
export const sim = {
  advance: (seconds) => json('/_sim/clock', { advance_s: seconds }),
  /** Does what the customer would do in the bank's challenge: `complete`, `fail` or `cancel`. */
  challenge: (intent, outcome) => json(`/_sim/challenges/${intent.id}`, { outcome }),
  /** What Stripe has enabled the account for, and what its restricted key may do. */
  account: (key, settings) => json('/_sim/account', { key, settings }),
  fault: (method, path, fault, { next = 1, moment = 'before' } = {}) =>
    json('/_sim/faults', { rules: [{ method, path, next, moment, fault }] }),
  noFaults: () => json('/_sim/faults', { rules: [] }),
  requests: async () => (await json('/_sim/ledger')).requests,
  seen: () => json('/_schema/seen'),
  stop: () => child.kill(),
};

/** The SDK with a key. It tries each call once unless told otherwise. */
export const client = (key, options) =>
  new Stripe(key, { host: hostname, port, protocol: 'http', telemetry: false, maxNetworkRetries: 0, ...options });

/** Names the version of a call that sends `payment_method_types`: the SDK's own version, endive, no longer takes it. */
export const TYPES_NAMED = { apiVersion: '2026-05-27.dahlia' };

let accounts = 0;

/** A new account: `stripe` holds its secret key, `page` its publishable key. */
export function account(options) {
  accounts += 1;
  const tail = `node${String(accounts).padStart(5, '0')}`;
  const stripe = client(`sk_test_${tail}`, options);
  const page = client(`pk_test_${tail}`);
  return {
    tail,
    stripe,
    page,
    /** One call as a till makes it: created, confirmed by hand, paid by card. */
    pay: (payment_method = 'pm_card_visa', params = {}, requestOptions = undefined) =>
      stripe.paymentIntents.create({
        amount: 2500,
        currency: 'usd',
        payment_method,
        payment_method_types: ['card'],
        confirmation_method: 'manual',
        confirm: true,
        use_stripe_sdk: true,
        ...params,
      }, { ...TYPES_NAMED, ...requestOptions }),
    /** A PaymentMethod as the page makes it: from card data, with the publishable key. */
    keyCard: (number, params = {}) =>
      page.paymentMethods.create({ type: 'card', card: { number, exp_month: 12, exp_year: 2034, cvc: '123' }, ...params }),
  };
}

/** The error that a call must end with. Its class is held exactly: a subclass is another error. */
export async function refused(kind, promise) {
  const error = await promise.then(() => assert.fail('The call was answered.'), (reason) => reason);
  assert.equal(error.constructor, kind, `${error.constructor.name}: ${error.message}`);
  return error;
}
