// Authentication: manual confirmation with the bank's challenge, and every way around it.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import Stripe from 'stripe';
import { TYPES_NAMED, account, refused, sim } from './simulator.mjs';

const { StripeCardError } = Stripe.errors;
const CHALLENGED = 'pm_card_authenticationRequired';

describe('authentication', () => {
  it('a passed challenge needs the second confirm', async () => {
    const { stripe, pay } = account();
    let intent = await pay(CHALLENGED);
    assert.deepEqual([intent.status, intent.next_action.type], ['requires_action', 'use_stripe_sdk']);
    await sim.challenge(intent, 'complete');
    intent = await stripe.paymentIntents.retrieve(intent.id);
    assert.deepEqual([intent.status, intent.amount_received], ['requires_confirmation', 0]);
    intent = await stripe.paymentIntents.confirm(intent.id);
    assert.deepEqual([intent.status, intent.amount_received], ['succeeded', 2500]);
  });

  for (const outcome of ['fail', 'cancel']) {
    it(`a challenge that ends with ${outcome} wants another card`, async () => {
      const { stripe, pay } = account();
      let intent = await pay(CHALLENGED);
      await sim.challenge(intent, outcome);
      intent = await stripe.paymentIntents.retrieve(intent.id);
      assert.equal(intent.status, 'requires_payment_method');
      assert.equal(intent.last_payment_error.code, 'payment_intent_authentication_failure');
      intent = await stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_visa' });
      assert.equal(intent.status, 'succeeded');
    });
  }

  it('after the challenge the bank may still decline', async () => {
    const { stripe, pay } = account();
    const intent = await pay('pm_card_threeDSecureRequiredChargeDeclined');
    await sim.challenge(intent, 'complete');
    const error = await refused(StripeCardError, stripe.paymentIntents.confirm(intent.id));
    assert.deepEqual([error.code, error.decline_code], ['card_declined', 'generic_decline']);
  });

  it('the attempt lives for an hour', async () => {
    const { stripe, pay } = account();
    const intent = await pay(CHALLENGED);
    await sim.challenge(intent, 'complete');
    await sim.advance(3601);
    assert.equal((await stripe.paymentIntents.retrieve(intent.id)).status, 'requires_payment_method');
  });

  it('off session it is declined where the customer would be asked', async () => {
    const { stripe } = account();
    const error = await refused(StripeCardError, stripe.paymentIntents.create({
      amount: 2500, currency: 'usd', payment_method: CHALLENGED, payment_method_types: ['card'], confirm: true, off_session: true,
    }, TYPES_NAMED));
    assert.deepEqual([error.statusCode, error.code], [402, 'authentication_required']);
  });

  it('error_on_requires_action', async () => {
    const { pay } = account();
    const error = await refused(StripeCardError, pay(CHALLENGED, { error_on_requires_action: true }));
    assert.deepEqual([error.code, error.decline_code], ['authentication_required', 'authentication_not_handled']);
  });

  it('automatic confirmation goes on by itself', async () => {
    const { stripe } = account();
    const intent = await stripe.paymentIntents.create({
      amount: 900, currency: 'usd', payment_method: CHALLENGED, payment_method_types: ['card'], confirm: true,
      return_url: 'https://shop.example/back',
    }, TYPES_NAMED);
    assert.equal(intent.next_action.redirect_to_url.return_url, 'https://shop.example/back');
    await sim.challenge(intent, 'complete');
    assert.equal((await stripe.paymentIntents.retrieve(intent.id)).status, 'succeeded');
  });
});
