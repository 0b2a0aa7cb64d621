// Every part of the suite against one simulator; in the end, that no operation of Stripe's schema was left out.
import assert from 'node:assert/strict';
import { after, afterEach, describe, it } from 'node:test';
import { sim } from './simulator.mjs';

afterEach(() => sim.noFaults());
after(() => sim.stop());

await import('./payment_intents.mjs');
await import('./authentication.mjs');
await import('./after_payment.mjs');
await import('./errors.mjs');
await import('./idempotency.mjs');
await import('./lists.mjs');
await import('./keys.mjs');
await import('./customers.mjs');
await import('./readme.mjs');

describe('the whole suite', () => {
  it('had every operation of the schema answered with 200', async () => {
    const { answers, missing } = await sim.seen();
    console.log(`${answers} answers were held against Stripe's schema.`);
    // No refund of a card ever waits for the customer, and only such a refund can be cancelled: a test holds the refusal.
    assert.deepEqual(missing, ['POST /v1/refunds/{refund}/cancel']);
  });
});
