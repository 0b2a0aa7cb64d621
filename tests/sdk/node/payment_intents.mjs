// PaymentIntents: create, retrieve, update, confirm, cancel, and what comes with them.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import Stripe from 'stripe';
import { TYPES_NAMED, account, refused } from './simulator.mjs';

const { StripeCardError, StripeInvalidRequestError } = Stripe.errors;

describe('PaymentIntents', () => {
  it('one call pays', async () => {
    const { stripe, pay } = account();
    const intent = await pay('pm_card_visa', { metadata: { order: '6735' }, description: 'Two coats' });
    assert.equal(intent.object, 'payment_intent');
    assert.equal(intent.status, 'succeeded');
    assert.equal(intent.amount_received, 2500);
    assert.equal(intent.metadata.order, '6735');
    assert.match(intent.lastResponse.requestId, /^req_/);
    assert.equal((await stripe.paymentIntents.retrieve(intent.id)).latest_charge, intent.latest_charge);
  });

  it('step by step, with automatic confirmation', async () => {
    const { stripe } = account();
    let intent = await stripe.paymentIntents.create({
      amount: 1099, currency: 'eur', automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    });
    assert.equal(intent.status, 'requires_payment_method');
    intent = await stripe.paymentIntents.update(intent.id, { amount: 1199, payment_method: 'pm_card_mastercard' });
    assert.equal(intent.status, 'requires_confirmation');
    intent = await stripe.paymentIntents.confirm(intent.id);
    assert.deepEqual([intent.status, intent.amount_received], ['succeeded', 1199]);
  });

  it('metadata is merged and unset', async () => {
    const { stripe } = account();
    let intent = await stripe.paymentIntents.create({
      amount: 500, currency: 'usd', payment_method_types: ['card'], metadata: { a: '1', b: '2' },
    }, TYPES_NAMED);
    intent = await stripe.paymentIntents.update(intent.id, { metadata: { a: '', c: 'ü & = [x]' } });
    assert.deepEqual({ ...intent.metadata }, { b: '2', c: 'ü & = [x]' });
    intent = await stripe.paymentIntents.update(intent.id, { metadata: '' });
    assert.deepEqual({ ...intent.metadata }, {});
  });

  it('nested parameters come back', async () => {
    const { pay } = account();
    const address = { line1: '1 High St', city: 'York', country: 'GB', postal_code: 'YO1 7HH' };
    const intent = await pay('pm_card_visa', {
      shipping: { name: 'Jenny Rosen', address },
      payment_method_options: { card: { request_three_d_secure: 'automatic' } },
      statement_descriptor_suffix: 'COATS',
    });
    assert.equal(intent.shipping.address.postal_code, 'YO1 7HH');
    assert.equal(intent.payment_method_options.card.request_three_d_secure, 'automatic');
    assert.equal(intent.statement_descriptor_suffix, 'COATS');
  });

  it('what is asked for is expanded', async () => {
    const { stripe, pay } = account();
    const intent = await pay('pm_card_visa', { expand: ['latest_charge.payment_intent', 'payment_method'] });
    assert.equal(intent.latest_charge.payment_intent.id, intent.id);
    assert.equal(intent.latest_charge.payment_method_details.card.last4, '4242');
    assert.equal(intent.payment_method.object, 'payment_method');
    const listed = await stripe.paymentIntents.list({ limit: 1, expand: ['data.latest_charge'] });
    assert.equal(listed.data[0].latest_charge.id, intent.latest_charge.id);
    const params = { expand: ['latest_charge.colour'] };
    await refused(StripeInvalidRequestError, stripe.paymentIntents.retrieve(intent.id, params));
  });

  it('a PaymentMethod comes from card data and from tokens', async () => {
    const { stripe, page, pay, keyCard } = account();
    const keyed = await keyCard('5555555555554444', { billing_details: { address: { postal_code: '12345' } } });
    assert.deepEqual([keyed.card.brand, keyed.card.last4], ['mastercard', '4444']);
    const paid = await pay(keyed.id, { expand: ['latest_charge'] });
    assert.equal(paid.latest_charge.payment_method_details.card.checks.address_postal_code_check, 'pass');
    const token = await page.tokens.create({ card: { number: '4242424242424242', exp_month: '5', exp_year: '2031' } });
    assert.equal((await page.tokens.retrieve(token.id)).card.last4, '4242');
    for (const source of [token.id, 'tok_visa']) {
      const method = await stripe.paymentMethods.create({ type: 'card', card: { token: source } });
      assert.equal((await pay(method.id)).status, 'succeeded');
    }
  });

  it('a ConfirmationToken pays', async () => {
    const { stripe } = account();
    const token = await stripe.testHelpers.confirmationTokens.create({ payment_method: 'pm_card_visa' });
    assert.equal(token.payment_method_preview.card.last4, '4242');
    const intent = await stripe.paymentIntents.create({
      amount: 700, currency: 'usd', confirm: true, confirmation_token: token.id, payment_method_types: ['card'],
    }, TYPES_NAMED);
    assert.equal(intent.status, 'succeeded');
    assert.equal((await stripe.confirmationTokens.retrieve(token.id)).payment_intent, intent.id);
  });

  it('cancelled, it stays so', async () => {
    const { stripe } = account();
    const params = { amount: 500, currency: 'usd', payment_method_types: ['card'] };
    const { id } = await stripe.paymentIntents.create(params, TYPES_NAMED);
    const intent = await stripe.paymentIntents.cancel(id, { cancellation_reason: 'abandoned' });
    assert.deepEqual([intent.status, intent.cancellation_reason], ['canceled', 'abandoned']);
    const error = await refused(StripeInvalidRequestError, stripe.paymentIntents.cancel(id));
    assert.equal(error.code, 'payment_intent_unexpected_state');
    assert.equal(error.payment_intent.status, 'canceled');
  });

  it('a declined payment takes another card', async () => {
    const { stripe, pay } = account();
    const error = await refused(StripeCardError, pay('pm_card_chargeDeclinedInsufficientFunds'));
    assert.equal(error.decline_code, 'insufficient_funds');
    assert.equal(error.payment_intent.status, 'requires_payment_method');
    const intent = await stripe.paymentIntents.confirm(error.payment_intent.id, { payment_method: 'pm_card_visa' });
    assert.deepEqual([intent.status, intent.last_payment_error], ['succeeded', null]);
  });

  it('events tell the story', async () => {
    const { stripe, pay } = account();
    const intent = await pay();
    const { data } = await stripe.events.list({ limit: 10 });
    const kinds = data.map((event) => event.type).reverse();
    assert.deepEqual(kinds.slice(0, 3), ['payment_intent.created', 'charge.succeeded', 'payment_intent.succeeded']);
    assert.equal((await stripe.events.retrieve(data[0].id)).data.object.id, intent.id);
  });
});
