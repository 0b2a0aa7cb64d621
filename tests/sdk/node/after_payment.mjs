// Capture, refunds, charges, disputes, the balance.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import Stripe from 'stripe';
import { account, refused, sim } from './simulator.mjs';

const { StripeCardError, StripeInvalidRequestError } = Stripe.errors;
const DAY = 24 * 3600;

describe('after the payment', () => {
  it('a hold is captured whole, in part, never beyond', async () => {
    const { stripe, pay } = account();
    const held = await pay('pm_card_visa', { capture_method: 'manual' });
    assert.deepEqual([held.status, held.amount_capturable], ['requires_capture', 2500]);
    const beyond = stripe.paymentIntents.capture(held.id, { amount_to_capture: 2501 });
    assert.equal((await refused(StripeInvalidRequestError, beyond)).code, 'amount_too_large');
    const taken = await stripe.paymentIntents.capture(held.id, { amount_to_capture: 1000 });
    assert.deepEqual([taken.status, taken.amount_received], ['succeeded', 1000]);
    const again = await refused(StripeInvalidRequestError, stripe.paymentIntents.capture(held.id));
    assert.equal(again.code, 'payment_intent_unexpected_state');
  });

  it('a hold ends after a week', async () => {
    const { stripe, pay } = account();
    const held = await pay('pm_card_visa', { capture_method: 'manual' });
    await sim.advance(7 * DAY + 1);
    assert.equal((await stripe.paymentIntents.retrieve(held.id)).status, 'canceled');
  });

  it('refunds are partial, repeated, and never beyond', async () => {
    const { stripe, pay } = account();
    const { id, latest_charge } = await pay();
    const first = await stripe.refunds.create({ payment_intent: id, amount: 1000, reason: 'duplicate' });
    assert.deepEqual([first.status, first.amount, first.charge], ['succeeded', 1000, latest_charge]);
    const beyond = stripe.refunds.create({ charge: latest_charge, amount: 1501 });
    assert.equal((await refused(StripeInvalidRequestError, beyond)).param, 'amount');
    const rest = await stripe.refunds.create({ payment_intent: id });
    assert.equal(rest.amount, 1500);
    const done = await refused(StripeInvalidRequestError, stripe.refunds.create({ payment_intent: id }));
    assert.equal(done.code, 'charge_already_refunded');
    const listed = await stripe.refunds.list({ charge: latest_charge });
    assert.deepEqual(listed.data.map((refund) => refund.id), [rest.id, first.id]);
    const changed = await stripe.refunds.update(first.id, { metadata: { till: '3' } });
    assert.equal((await stripe.refunds.retrieve(first.id)).metadata.till, changed.metadata.till);
  });

  it('refunds may take their time', async () => {
    const { stripe, pay } = account();
    const slow = await stripe.refunds.create({ payment_intent: (await pay('pm_card_pendingRefund')).id });
    const doomed = await stripe.refunds.create({ payment_intent: (await pay('pm_card_refundFail')).id });
    assert.deepEqual([slow.status, doomed.status], ['pending', 'succeeded']);
    assert.equal((await refused(StripeInvalidRequestError, stripe.refunds.cancel(slow.id))).statusCode, 400);
    await sim.advance(7 * DAY);
    assert.equal((await stripe.refunds.retrieve(slow.id)).status, 'succeeded');
    assert.equal((await stripe.refunds.retrieve(doomed.id)).status, 'failed');
  });

  it('charges', async () => {
    const { stripe, pay } = account();
    const intent = await pay('pm_card_amex');
    const charge = await stripe.charges.retrieve(intent.latest_charge, { expand: ['balance_transaction', 'refunds'] });
    assert.deepEqual([charge.paid, charge.payment_intent, charge.refunds.data.length], [true, intent.id, 0]);
    const listed = await stripe.charges.list({ payment_intent: intent.id });
    assert.deepEqual(listed.data.map(({ id }) => id), [charge.id]);
    assert.equal((await stripe.charges.update(charge.id, { description: 'Coats' })).description, 'Coats');
    const declined = await refused(StripeCardError, pay('pm_card_chargeDeclined'));
    const failed = await stripe.charges.retrieve(declined.charge);
    assert.deepEqual([failed.status, failed.paid, failed.failure_code], ['failed', false, 'card_declined']);
  });

  it('the balance adds up', async () => {
    const { stripe, pay } = account();
    await stripe.refunds.create({ payment_intent: (await pay()).id, amount: 500 });
    const { data } = await stripe.balanceTransactions.list({ limit: 100 });
    assert.deepEqual(data.map(({ type }) => type), ['refund', 'charge']);
    for (const row of data) assert.equal(row.net, row.amount - row.fee);
    const balance = await stripe.balance.retrieve();
    const sum = (rows, field) => rows.reduce((total, row) => total + row[field], 0);
    const dollars = [...balance.available, ...balance.pending].filter(({ currency }) => currency === 'usd');
    assert.equal(sum(dollars, 'amount'), sum(data, 'net'));
    assert.equal((await stripe.balanceTransactions.retrieve(data[0].id)).id, data[0].id);
  });

  it('a disputed payment', async () => {
    const { stripe, pay } = account();
    const intent = await pay('pm_card_createDispute');
    const error = await refused(StripeInvalidRequestError, stripe.refunds.create({ payment_intent: intent.id }));
    assert.equal(error.code, 'charge_disputed');
    const { data: [dispute] } = await stripe.disputes.list({ charge: intent.latest_charge });
    assert.deepEqual([dispute.amount, dispute.status], [2500, 'needs_response']);
    const answered = await stripe.disputes.update(dispute.id, { evidence: { customer_name: 'Jenny Rosen' } });
    assert.equal(answered.evidence.customer_name, 'Jenny Rosen');
    await stripe.disputes.close(dispute.id);
    assert.equal((await stripe.disputes.retrieve(dispute.id)).status, 'lost');
  });
});
