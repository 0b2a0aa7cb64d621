// Lists and searches: pages both ways, by time, by query.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import Stripe from 'stripe';
import { account, refused, sim } from './simulator.mjs';

const { StripeInvalidRequestError } = Stripe.errors;
const ids = (objects) => objects.map(({ id }) => id);

async function payMany(pay, many) {
  const made = [];
  for (let number = 0; number < many; number += 1) made.push(await pay('pm_card_visa', { metadata: { number } }));
  return ids(made);
}

describe('lists', () => {
  it('pages both ways', async () => {
    const { stripe, pay } = account();
    const oldestFirst = await payMany(pay, 7);
    const newestFirst = [...oldestFirst].reverse();
    const page = await stripe.paymentIntents.list({ limit: 3 });
    assert.deepEqual([ids(page.data), page.has_more], [newestFirst.slice(0, 3), true]);
    const forward = await stripe.paymentIntents.list({ limit: 3 }).autoPagingToArray({ limit: 100 });
    assert.deepEqual(ids(forward), newestFirst);
    const backward = [];
    for await (const intent of stripe.paymentIntents.list({ limit: 3, ending_before: oldestFirst[0] })) backward.push(intent.id);
    assert.deepEqual(backward, oldestFirst.slice(1));
  });

  it('by time', async () => {
    const { stripe, pay } = account();
    const early = await pay();
    await sim.advance(60);
    const late = await pay();
    const found = async (created) => ids((await stripe.paymentIntents.list({ created })).data);
    assert.deepEqual(await found({ gt: early.created }), [late.id]);
    assert.deepEqual(await found({ gte: early.created }), [late.id, early.id]);
    assert.deepEqual(await found({ lt: late.created }), [early.id]);
    assert.deepEqual(await found(late.created), [late.id]);
  });

  it('limits and unknown places are refused', async () => {
    const { stripe } = account();
    for (const params of [{ limit: 0 }, { limit: 101 }, { starting_after: 'pi_none' }]) {
      const error = await refused(StripeInvalidRequestError, stripe.paymentIntents.list(params));
      assert.equal(error.param, Object.keys(params)[0]);
    }
  });

  it('searches find what was written a while ago', async () => {
    const { stripe, pay } = account();
    const made = await payMany(pay, 3);
    const customer = await stripe.customers.create({ email: 'jenny@example.com' });
    await sim.advance(120);
    const query = "status:'succeeded' AND metadata['number']:'1'";
    assert.deepEqual(ids((await stripe.paymentIntents.search({ query })).data), [made[1]]);
    const all = [];
    for await (const intent of stripe.paymentIntents.search({ query: "status:'succeeded'", limit: 2 })) all.push(intent.id);
    assert.deepEqual(all.sort(), [...made].sort());
    assert.equal((await stripe.charges.search({ query: 'amount>2000' })).data.length, 3);
    const customers = await stripe.customers.search({ query: "email:'jenny@example.com'" });
    assert.deepEqual(ids(customers.data), [customer.id]);
  });
});
