// Stripe(), elements() and createPaymentMethod: what is refused, what comes back, and what never does.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { PUBLISHABLE_KEY, callAsCore, createPaymentMethod, mountCard, openBench, rejectionOf, typeCard } from './bench.mjs';

/** What a synchronous call throws, as data. */
const thrownBy = (page, source) =>
  page.evaluate((code) => {
    try {
      // The page's policy forbids eval; the calls are named instead.
      const calls = {
        secretKey: () => window.Stripe('sk_test_51TrainingShop0000000000'),
        restrictedKey: () => window.Stripe('rk_live_51TrainingShop0000000000'),
        liveKey: () => window.Stripe('pk_live_51TrainingShop0000000000'),
        emptyKey: () => window.Stripe(''),
        missingKey: () => window.Stripe(),
        otherElement: () => window.stripe.elements().create('iban'),
        secondCard: () => {
          const elements = window.stripe.elements();
          elements.create('card');
          elements.create('card');
        },
        mountNowhere: () => window.stripe.elements().create('card').mount('#nowhere'),
        destroyed: () => {
          const card = window.stripe.elements().create('card');
          card.destroy();
          card.mount('#card');
        },
      };
      calls[code]();
      return null;
    } catch (error) {
      return { name: error.name, message: error.message };
    }
  }, source);

describe('Stripe() and createPaymentMethod', () => {
  let bench;
  let page;
  before(async () => { bench = await openBench(); });
  after(() => bench.close());
  beforeEach(async () => { page = await bench.open(); });
  afterEach(async () => {
    assert.deepEqual(page.problems, []);
    assert.deepEqual(await page.evaluate(() => window.violations), []);
    await page.context().close();
  });

  it('refuses every key that is not a publishable test key, and repeats none', async () => {
    for (const [call, part] of [
      ['secretKey', 'secret key'], ['restrictedKey', 'secret key'], ['liveKey', 'test keys only'], ['emptyKey', 'empty string'],
      ['missingKey', 'should be a string'],
    ]) {
      const thrown = await thrownBy(page, call);
      assert.equal(thrown?.name, 'IntegrationError', call);
      assert.ok(thrown.message.includes(part), thrown.message);
      assert.ok(!thrown.message.includes('TrainingShop'), thrown.message);
    }
  });

  it('refuses misuse of Elements with an IntegrationError', async () => {
    await page.evaluate((key) => { window.stripe = window.Stripe(key); }, PUBLISHABLE_KEY);
    for (const call of ['otherElement', 'secondCard', 'mountNowhere', 'destroyed']) {
      assert.equal((await thrownBy(page, call))?.name, 'IntegrationError', call);
    }
  });

  it('names its release train and warns of options that it does not know', async () => {
    assert.equal(await page.evaluate(() => window.Stripe.version), 'dahlia');
    await page.evaluate((key) => {
      window.stripe = window.Stripe(key, { locale: 'en', colour: 'red' });
      window.stripe.elements().create('card', { hidePostalCode: true, shiny: true });
    }, PUBLISHABLE_KEY);
    assert.equal(page.warnings.length, 2);
    assert.match(page.warnings[0], /colour/);
    assert.match(page.warnings[1], /shiny/);
  });

  it('makes a payment method with the fields, the billing details and no fingerprint', async () => {
    await mountCard(page);
    await typeCard(page, '4242424242424242', '093112390210');
    const { paymentMethod, error } = await createPaymentMethod(page, { billing_details: { name: 'Ada' } });
    assert.equal(error, undefined);
    assert.match(paymentMethod.id, /^pm_/);
    assert.equal(paymentMethod.object, 'payment_method');
    assert.equal(paymentMethod.card.last4, '4242');
    assert.equal(paymentMethod.card.exp_month, 9);
    assert.equal(paymentMethod.card.exp_year, 2031);
    assert.equal(paymentMethod.billing_details.name, 'Ada');
    assert.equal(paymentMethod.billing_details.address.postal_code, '90210');
    assert.ok(!('fingerprint' in paymentMethod.card));
    const { body } = await callAsCore(bench.simulator, 'GET', `/v1/payment_methods/${paymentMethod.id}`);
    assert.equal(body.card.last4, '4242');
  });

  it('sends the version of its train with every call, from whichever frame', async () => {
    const versions = new Map();
    page.on('request', (request) => {
      const url = new URL(request.url());
      if (!url.pathname.startsWith('/v1/')) return;
      const sent = new URLSearchParams(request.method() === 'GET' ? url.search : request.postData());
      versions.set(`${request.method()} ${url.pathname}`, sent.get('_stripe_version'));
    });
    await mountCard(page);
    await typeCard(page, '4242424242424242');
    assert.match((await createPaymentMethod(page)).paymentMethod.id, /^pm_/);
    const form = { amount: '500', currency: 'usd', 'payment_method_types[]': 'card' };
    const { body } = await callAsCore(bench.simulator, 'POST', '/v1/payment_intents', form);
    const read = await page.evaluate((secret) => window.stripe.retrievePaymentIntent(secret), body.client_secret);
    assert.equal(read.paymentIntent.id, body.id);
    assert.deepEqual([...versions], [
      ['POST /v1/payment_methods', '2026-03-25.dahlia'], [`GET /v1/payment_intents/${body.id}`, '2026-03-25.dahlia'],
    ]);
  });

  it('takes the older form and the form with an Element', async () => {
    await mountCard(page);
    await typeCard(page, '5555555555554444');
    const older = await page.evaluate(() => window.stripe.createPaymentMethod('card', window.card, { billing_details: { name: 'Bo' } }));
    assert.equal(older.paymentMethod.billing_details.name, 'Bo');
    const byElement = await page.evaluate(() =>
      window.stripe.createPaymentMethod({ element: window.card, params: { billing_details: { name: 'Cy' } } }));
    assert.equal(byElement.paymentMethod.billing_details.name, 'Cy');
    assert.notEqual(older.paymentMethod.id, byElement.paymentMethod.id);
  });

  it('rejects when the Element is not on the page', async () => {
    await mountCard(page);
    const rejection = await page.evaluate(() => {
      window.card.unmount();
      return window.stripe.createPaymentMethod({ type: 'card', card: window.card }).catch(({ name, message }) => ({ name, message }));
    });
    assert.equal(rejection.name, 'IntegrationError');
    assert.match(rejection.message, /still mounted/);
    assert.equal((await rejectionOf(page, 'createPaymentMethod', { type: 'card' })).name, 'IntegrationError');
  });

  it('answers api_connection_error when the simulator is gone', async () => {
    await mountCard(page);
    await typeCard(page, '4242424242424242');
    await page.context().route('**/v1/**', (route) => route.abort());
    const { error } = await createPaymentMethod(page);
    assert.equal(error.type, 'api_connection_error');
    assert.match(error.message, /You have not been charged/);
    const read = await page.evaluate(() => window.stripe.retrievePaymentIntent('pi_1abc_secret_def'));
    assert.equal(read.error.type, 'api_connection_error');
  });

  it('answers the error of the API when it refuses', async () => {
    await mountCard(page);
    const read = await page.evaluate(() => window.stripe.retrievePaymentIntent('pi_doesnotexist_secret_def'));
    assert.equal(read.error.type, 'invalid_request_error');
    assert.equal(read.error.code, 'resource_missing');
    assert.equal(read.paymentIntent, undefined);
  });
});
