// Every class of error that the SDK knows for card payments.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import Stripe from 'stripe';
import { TYPES_NAMED, account, client, refused, sim } from './simulator.mjs';

const {
  StripeAPIError, StripeAuthenticationError, StripeCardError, StripeConnectionError, StripeInvalidRequestError,
  StripePermissionError, StripeRateLimitError,
} = Stripe.errors;

describe('errors', () => {
  it('declines by code', async () => {
    const { pay } = account();
    const expected = {
      pm_card_chargeDeclined: ['card_declined', 'generic_decline'],
      pm_card_visa_chargeDeclinedLostCard: ['card_declined', 'lost_card'],
      pm_card_chargeDeclinedExpiredCard: ['expired_card', undefined],
      pm_card_chargeDeclinedIncorrectCvc: ['incorrect_cvc', undefined],
      pm_card_chargeDeclinedProcessingError: ['processing_error', undefined],
    };
    for (const [card, codes] of Object.entries(expected)) {
      const error = await refused(StripeCardError, pay(card));
      // The SDK makes an empty text of a decline code that is not there.
      assert.deepEqual([error.code, error.decline_code || undefined], codes);
      assert.deepEqual([error.statusCode, error.rawType], [402, 'card_error']);
    }
  });

  it('card data that cannot be', async () => {
    const { page } = account();
    const good = { number: '4242424242424242', exp_month: 1, exp_year: 2034, cvc: '123' };
    const cases = {
      incorrect_number: { number: '4242424242424241' }, invalid_cvc: { cvc: '99' }, invalid_expiry_year: { exp_year: 1970 },
    };
    for (const [code, wrong] of Object.entries(cases)) {
      const call = page.paymentMethods.create({ type: 'card', card: { ...good, ...wrong } });
      assert.equal((await refused(StripeCardError, call)).code, code);
    }
  });

  it('wrong parameters are named', async () => {
    const { stripe } = account();
    const good = { amount: 500, currency: 'usd', payment_method_types: ['card'] };
    const cases = [
      [{ ...good, colour: 'red' }, 'parameter_unknown', 'colour'],
      [{ ...good, payment_method_options: { card: { colour: 'red' } } }, 'parameter_unknown', 'payment_method_options[card][colour]'],
      [{ currency: 'usd' }, 'parameter_missing', 'amount'],
      [{ ...good, amount: 'lots' }, 'parameter_invalid_integer', 'amount'],
      [{ ...good, amount: 49 }, 'amount_too_small', 'amount'],
      [{ ...good, payment_method: 'pm_1NoSuchMethod' }, 'resource_missing', 'payment_method'],
    ];
    for (const [params, code, param] of cases) {
      const error = await refused(StripeInvalidRequestError, stripe.paymentIntents.create(params, TYPES_NAMED));
      assert.deepEqual([error.code, error.param], [code, param]);
    }
  });

  it('what does not exist is a 404', async () => {
    const { stripe } = account();
    const resources = {
      paymentIntents: 'pi', paymentMethods: 'pm', charges: 'ch', refunds: 're', customers: 'cus', setupIntents: 'seti',
      disputes: 'du', events: 'evt', tokens: 'tok', balanceTransactions: 'txn',
    };
    for (const [resource, prefix] of Object.entries(resources)) {
      const error = await refused(StripeInvalidRequestError, stripe[resource].retrieve(`${prefix}_none`));
      assert.deepEqual([error.statusCode, error.code], [404, 'resource_missing'], resource);
    }
    assert.equal((await refused(StripeInvalidRequestError, stripe.invoices.list())).statusCode, 404);
  });

  it('keys that are not known, or may not', async () => {
    const { tail, page } = account();
    for (const key of ['nonsense', 'sk_live_4eC39HqLyjWDarjtT1zdp7dc']) {
      const error = await refused(StripeAuthenticationError, client(key).balance.retrieve());
      assert.equal(error.statusCode, 401);
      assert.doesNotMatch(error.message, /HqLyjWDarj/);
    }
    assert.equal((await refused(StripeAuthenticationError, page.balance.retrieve())).code, 'secret_key_required');
    const restricted = client(`rk_test_${tail}`);
    const error = await refused(StripePermissionError, restricted.accounts.retrieveCurrent());
    assert.match(error.message, /rak_accounts_kyc_basic_read/);
  });

  it('too many requests, a failure at Stripe, no connection, half an answer', async () => {
    const { stripe } = account();
    const read = async (kind, fault, options) => {
      await sim.fault('GET', '/v1/balance', fault, options);
      return refused(kind, stripe.balance.retrieve());
    };
    assert.equal((await read(StripeRateLimitError, { kind: 'status', status: 429 })).code, 'rate_limit');
    assert.equal((await read(StripeAPIError, { kind: 'status', status: 500 })).statusCode, 500);
    // A connection that breaks on its second use is tried once more, even by an SDK that was told not to.
    await read(StripeConnectionError, { kind: 'drop' }, { next: 2 });
    await read(StripeConnectionError, { kind: 'torn' }, { moment: 'after' });
    await read(StripeAPIError, { kind: 'not_json' });
  });

  it('a card serves one payment', async () => {
    const { pay, keyCard } = account();
    const { id } = await keyCard('4242424242424242');
    assert.equal((await pay(id)).status, 'succeeded');
    assert.match((await refused(StripeInvalidRequestError, pay(id))).message, /previously used/);
  });
});
