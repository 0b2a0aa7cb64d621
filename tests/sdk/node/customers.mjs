// Customers, the cards that they keep, and SetupIntents.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import Stripe from 'stripe';
import { TYPES_NAMED, account, refused, sim } from './simulator.mjs';

const { StripeCardError, StripeInvalidRequestError } = Stripe.errors;

describe('customers', () => {
  it('are made, changed, found and deleted', async () => {
    const { stripe } = account();
    const { id } = await stripe.customers.create({ email: 'jenny@example.com', metadata: { since: '2026' } });
    const changed = await stripe.customers.update(id, { name: 'Jenny Rosen', metadata: { since: '' } });
    assert.deepEqual([changed.name, { ...changed.metadata }], ['Jenny Rosen', {}]);
    const listed = await stripe.customers.list({ email: 'jenny@example.com' });
    assert.equal(listed.data[0].id, id);
    assert.equal((await stripe.customers.del(id)).deleted, true);
    assert.equal((await stripe.customers.retrieve(id)).deleted, true);
  });

  it('keep cards that pay again and again', async () => {
    const { stripe, pay } = account();
    const customer = (await stripe.customers.create()).id;
    const { id } = await stripe.paymentMethods.attach('pm_card_visa', { customer });
    for (const _ of [1, 2]) assert.equal((await pay(id, { customer })).status, 'succeeded');
    assert.equal((await stripe.paymentMethods.list({ customer })).data[0].id, id);
    assert.equal((await stripe.customers.listPaymentMethods(customer)).data[0].id, id);
    assert.equal((await stripe.customers.retrievePaymentMethod(customer, id)).id, id);
    assert.equal((await stripe.paymentMethods.update(id, { metadata: { a: 'b' } })).metadata.a, 'b');
    assert.equal((await stripe.paymentMethods.detach(id)).customer, null);
    await refused(StripeInvalidRequestError, pay(id));
    await refused(StripeCardError, stripe.paymentMethods.attach('pm_card_chargeDeclined', { customer }));
  });

  it('SetupIntents keep a card for later', async () => {
    const { stripe, pay } = account();
    const customer = (await stripe.customers.create()).id;
    let setup = await stripe.setupIntents.create({ customer, payment_method_types: ['card'] }, TYPES_NAMED);
    assert.equal(setup.status, 'requires_payment_method');
    await stripe.setupIntents.update(setup.id, { description: 'Kept card' });
    setup = await stripe.setupIntents.confirm(setup.id, { payment_method: 'pm_card_visa' });
    assert.deepEqual([setup.status, setup.description], ['succeeded', 'Kept card']);
    assert.equal((await stripe.setupIntents.list()).data[0].id, setup.id);
    assert.equal((await pay(setup.payment_method, { customer, off_session: true })).status, 'succeeded');
    const other = await stripe.setupIntents.create({ payment_method_types: ['card'] }, TYPES_NAMED);
    assert.equal((await stripe.setupIntents.cancel(other.id)).status, 'canceled');
  });

  it('a card set up with a challenge pays off session', async () => {
    const { stripe, pay } = account();
    const customer = (await stripe.customers.create()).id;
    let setup = await stripe.setupIntents.create({
      customer, payment_method: 'pm_card_authenticationRequiredOnSetup', payment_method_types: ['card'], confirm: true,
      use_stripe_sdk: true,
    }, TYPES_NAMED);
    assert.equal(setup.status, 'requires_action');
    await sim.challenge(setup, 'complete');
    setup = await stripe.setupIntents.retrieve(setup.id, { expand: ['payment_method'] });
    assert.deepEqual([setup.status, setup.payment_method.customer], ['succeeded', customer]);
    const intent = await pay(setup.payment_method.id, { customer, off_session: true });
    assert.equal(intent.status, 'succeeded');
  });
});
