// Idempotency keys, and the SDK's own retries.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import Stripe from 'stripe';
import { account, refused, sim } from './simulator.mjs';

const { StripeAPIError, StripeCardError, StripeConnectionError, StripeIdempotencyError } = Stripe.errors;
const PAYMENTS = '/v1/payment_intents';
const count = async (stripe) => (await stripe.paymentIntents.list({ limit: 100 })).data.length;

describe('idempotency', () => {
  it('the same key and parameters pay once', async () => {
    const { stripe, pay } = account();
    const first = await pay('pm_card_visa', {}, { idempotencyKey: 'order-1' });
    const again = await pay('pm_card_visa', {}, { idempotencyKey: 'order-1' });
    assert.equal(again.id, first.id);
    assert.equal(again.lastResponse.headers['idempotent-replayed'], 'true');
    assert.equal(await count(stripe), 1);
  });

  it('the same key with other parameters is refused', async () => {
    const { pay } = account();
    await pay('pm_card_visa', {}, { idempotencyKey: 'order-2' });
    const other = pay('pm_card_visa', { amount: 2600 }, { idempotencyKey: 'order-2' });
    assert.equal((await refused(StripeIdempotencyError, other)).statusCode, 400);
  });

  it('a decline is replayed as a decline', async () => {
    const { stripe, pay } = account();
    const attempt = () => refused(StripeCardError, pay('pm_card_chargeDeclined', {}, { idempotencyKey: 'order-3' }));
    assert.equal((await attempt()).charge, (await attempt()).charge);
    assert.equal(await count(stripe), 1);
  });

  it('a lost answer is asked for again under the same key', async () => {
    const { stripe, pay } = account({ maxNetworkRetries: 2 });
    let paid = 0;
    for (const fault of [{ kind: 'drop' }, { kind: 'status', status: 502 }]) {
      await sim.fault('POST', PAYMENTS, fault, { moment: 'after' });
      assert.equal((await pay()).status, 'succeeded', JSON.stringify(fault));
      paid += 1;
      assert.equal(await count(stripe), paid, JSON.stringify(fault));
      const [lost, heard] = (await sim.requests()).filter(({ method }) => method === 'POST').slice(-2);
      assert.equal(heard.idempotency_key, lost.idempotency_key);
      assert.equal(heard.replayed, true);
    }
  });

  it('a torn answer is for the caller to ask for again', async () => {
    // The SDK does not try again by itself when a body breaks off.
    const { stripe, pay } = account({ maxNetworkRetries: 2 });
    const attempt = () => pay('pm_card_visa', {}, { idempotencyKey: 'order-4' });
    await sim.fault('POST', PAYMENTS, { kind: 'torn' }, { moment: 'after' });
    await refused(StripeConnectionError, attempt());
    assert.equal((await attempt()).status, 'succeeded');
    assert.equal(await count(stripe), 1);
  });

  it('a conflict and a failure are tried again, but not without end', async () => {
    const { stripe, pay } = account({ maxNetworkRetries: 1 });
    for (const status of [409, 500, 503]) {
      await sim.fault('POST', PAYMENTS, { kind: 'status', status });
      assert.equal((await pay()).status, 'succeeded');
    }
    await sim.fault('GET', '/v1/balance', { kind: 'status', status: 500 }, { next: 2 });
    await refused(StripeAPIError, stripe.balance.retrieve());
    assert.equal((await stripe.balance.retrieve()).object, 'balance');
  });

  it('what Stripe forbids is not tried again', async () => {
    const { pay } = account({ maxNetworkRetries: 2 });
    await sim.fault('POST', PAYMENTS, { kind: 'status', status: 500, should_retry: false });
    await refused(StripeAPIError, pay());
    assert.equal((await pay()).status, 'succeeded');
  });
});
