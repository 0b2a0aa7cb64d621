// What a publishable key sees, and that accounts are apart.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import Stripe from 'stripe';
import { TYPES_NAMED, account, client, refused, sim } from './simulator.mjs';

const { StripeInvalidRequestError, StripePermissionError } = Stripe.errors;

describe('keys', () => {
  it('the page sees a payment by its client secret, and sees less', async () => {
    const { page, pay } = account();
    const intent = await pay('pm_card_authenticationRequired', { metadata: { cost: '3' } });
    const seen = await page.paymentIntents.retrieve(intent.id, { client_secret: intent.client_secret });
    assert.deepEqual([seen.status, seen.next_action.type], ['requires_action', 'use_stripe_sdk']);
    for (const hidden of ['metadata', 'latest_charge', 'customer']) assert.equal(hidden in seen, false, hidden);
    const wrong = page.paymentIntents.retrieve(intent.id, { client_secret: `${intent.id}_secret_wrong` });
    assert.equal((await refused(StripeInvalidRequestError, wrong)).param, 'client_secret');
  });

  it('the page confirms what is automatic, and not what is manual', async () => {
    const { stripe, page } = account();
    const make = (confirmation_method) => stripe.paymentIntents.create({
      amount: 500, currency: 'usd', payment_method_types: ['card'], confirmation_method,
    }, TYPES_NAMED);
    const confirm = ({ id, client_secret }) => page.paymentIntents.confirm(id, { client_secret, payment_method: 'pm_card_visa' });
    assert.equal((await confirm(await make('automatic'))).status, 'succeeded');
    assert.match((await refused(StripeInvalidRequestError, confirm(await make('manual')))).message, /publishable key/);
  });

  it('a card keyed by the page shows no fingerprint there', async () => {
    const { stripe, keyCard } = account();
    const method = await keyCard('4242424242424242');
    assert.equal('fingerprint' in method.card, false);
    assert.match((await stripe.paymentMethods.retrieve(method.id)).card.fingerprint, /\w+/);
  });

  it('a restricted key may do what it was given', async () => {
    const { tail, pay } = account();
    await sim.account(`sk_test_${tail}`, { restricted_key: { payment_intents: 'read', customers: 'write' } });
    const restricted = client(`rk_test_${tail}`);
    const intent = await pay();
    assert.equal((await restricted.paymentIntents.retrieve(intent.id)).id, intent.id);
    assert.match((await restricted.customers.create()).id, /^cus_/);
    const cancel = await refused(StripePermissionError, restricted.paymentIntents.cancel(intent.id));
    assert.match(cancel.message, /rak_payment_intent_write/);
    assert.equal((await refused(StripePermissionError, restricted.charges.list())).statusCode, 403);
  });

  it('the version of the SDK takes allowed types alone', async () => {
    const { stripe } = account();
    const named = { amount: 500, currency: 'usd', payment_method: 'pm_card_visa', confirm: true };
    const types = stripe.paymentIntents.create({ ...named, payment_method_types: ['card'] });
    const error = await refused(StripeInvalidRequestError, types);
    assert.deepEqual([error.statusCode, error.code], [400, 'payment_method_types_no_longer_supported']);
    const intent = await stripe.paymentIntents.create({ ...named, allowed_payment_method_types: ['card'] });
    assert.deepEqual([intent.status, intent.payment_method_types], ['succeeded', ['card']]);
  });

  it('accounts are apart', async () => {
    const [mine, theirs] = [account(), account()];
    const intent = await mine.pay();
    await refused(StripeInvalidRequestError, theirs.stripe.paymentIntents.retrieve(intent.id));
    const accounts = await Promise.all([mine, theirs].map(({ stripe }) => stripe.accounts.retrieveCurrent()));
    assert.notEqual(accounts[0].id, accounts[1].id);
  });
});
